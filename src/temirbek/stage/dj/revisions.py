"""The set as it stands, on disk for robots and console: one pair of files for each revision, whole or not there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.mixing.live_score import lay_out_mix
from temirbek.store import from_json, to_json, write_text
from temirbek.store.files import write_bytes
from temirbek.types import Mix, SetPlan, Track, TrackAnalysis

FORMAT = 1
KEPT = 12
"""So many of the newest revisions stay on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of the set.

    Attributes:
        format: Of the file.
        set: Whose.
        number: Counts from 0.
        from_mix_s: Before this mix time it equals the revision before [s].
        mix: Beats, sections, phrases, energy and plan; its sound is in spools, its waveforms beside it.
        spool: Name of the spool that holds its sound from ``spool_from_s`` on.
        spool_from_s: Mix time of the spool's first sample [s].
        begun: How many plays had begun when it was written.
    """

    format: int
    set: str
    number: int
    from_mix_s: float
    mix: Mix
    spool: str
    spool_from_s: float
    begun: int

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The tracks of its plays."""
        return self.mix.tracks


def lay_out(plan: SetPlan, analyses: Sequence[TrackAnalysis], beats_per_bar: int, spool: Path) -> Mix:
    """The mix of a revision, without its sound."""
    return lay_out_mix(plan, analyses, beats_per_bar=beats_per_bar, audio_path=Path(spool.name))


def write_revision(folder: Path, revision: Revision) -> None:
    """Writes a revision, and lets go of the oldest."""
    write_text(folder / set_name(revision.number), json.dumps(to_json(revision)))
    for old in (revision.number - KEPT,):
        (folder / set_name(old)).unlink(missing_ok=True)
        (folder / waveform_name(old)).unlink(missing_ok=True)


def write_waveform(folder: Path, number: int, peaks: NDArray[np.float64]) -> None:
    """Writes peaks (deck A, deck B, master, one byte per 1/50 s each; 255 is full scale), shape (3, m)."""
    write_bytes(
        folder / waveform_name(number), np.clip(np.round(255 * peaks), 0, 255).astype(np.uint8).tobytes()
    )


def read_waveform(folder: Path, number: int) -> NDArray[np.float64]:
    """What :func:`write_waveform` wrote, 0–1, shape (3, m); nothing where there is none."""
    try:
        raw = np.frombuffer((folder / waveform_name(number)).read_bytes(), dtype=np.uint8)
    except OSError:
        return np.zeros((3, 0))
    return np.asarray(raw[: len(raw) // 3 * 3].reshape(3, -1) / 255.0)


def read_revision(folder: Path, number: int) -> Revision:
    """A revision as it was written.

    Raises:
        InvalidInput: There is none of that number (any more), or it is damaged.
    """
    path = folder / set_name(number)
    try:
        return from_json(Revision, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path}: no revision of a live set ({error})") from error


def mix_of(folder: Path, number: int) -> Mix:
    """The mix of a revision, as robots and console need it: no sound, but all that is known of it.

    Args:
        folder: Of the run; revisions lie in its ``dj``.
        number: Of the revision.

    Raises:
        InvalidInput: There is none of that number (any more), or it is damaged.
    """
    return read_revision(folder / "dj", number).mix


def set_name(number: int) -> str:
    """The file of a revision."""
    return f"set-{number}.json"


def waveform_name(number: int) -> str:
    """The file of a revision's waveforms."""
    return f"waveform-{number}.bin"
