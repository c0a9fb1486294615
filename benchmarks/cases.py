"""What the ears are tried on: pieces of the box, charted recordings, and recordings altered in known ways."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from scipy.signal import butter, sosfilt

from temirbek.demo.box import BoxTrack, composed, truth_of, write_box
from temirbek.types import Key

MP3_DELAY_SAMPLES = 1105  # LAME's 576 and the decoder's 529, where no header tells the player to skip them


@dataclass(frozen=True, kw_only=True)
class Case:
    """A recording and what is true of it; None where nobody knows.

    ``phrases_s`` are instants of phrases, ``sections`` triples of (label, first, last instant), ``vocals`` pairs of
    (middle of a bar [s], share of it that is sung), ``drops_s`` instants of drops, ``choruses_s``
    of high points that follow a verse: to call those drops is no mistake, nor is not to.
    """

    name: str
    style: str
    path: Path
    beats_s: np.ndarray
    downbeats_s: np.ndarray | None
    phrases_s: np.ndarray | None = None
    sections: tuple[tuple[str, float, float], ...] | None = None
    key: Key | None = None
    vocals: np.ndarray | None = None
    drops_s: np.ndarray | None = None
    choruses_s: np.ndarray | None = None


def drawn(style: str, seed: int, folder: Path) -> BoxTrack:
    """A piece of the box; a file that a folder already holds is taken as it is."""
    path = folder / f"{style}-{seed}.flac"
    if path.exists():
        return truth_of(composed(style, seed), path)
    (track,) = write_box(folder, styles=(style,), seed=seed)
    return track


def charts(music: Path) -> list[dict]:
    """The charts of a folder of recordings."""
    return json.loads((music / "beats.json").read_text())


def box_case(track: BoxTrack) -> Case:
    """A piece of the box as a case."""
    grid = track.beat_grid
    middles = grid.time_at(track.first_downbeat + track.beats_per_bar * (np.arange(len(track.vocals)) + 0.5))
    drops = [e.start_beat for e in track.events if e.kind == "drop"]
    return Case(
        name=track.path.stem,
        style=track.style,
        path=track.path,
        beats_s=track.beats_s,
        downbeats_s=track.downbeats_s,
        phrases_s=grid.time_at(track.phrases_beats),
        sections=tuple(
            (s.label, float(grid.time_at(s.start_beat)), float(grid.time_at(s.end_beat)))
            for s in track.sections
        ),
        key=track.key,
        vocals=np.stack([middles, track.vocals], axis=1),
        drops_s=grid.time_at(drops),
        choruses_s=grid.time_at(
            [s.start_beat for s in track.sections if s.label == "drop" and s.start_beat not in drops]
        ),
    )


def chart_case(folder: Path, chart: dict) -> Case:
    """A charted recording as a case."""
    ones = chart["downbeats_s"]
    return Case(
        name=Path(chart["file"]).stem,
        style="real",
        path=folder / chart["file"],
        beats_s=np.array(chart["beats_s"]),
        downbeats_s=np.array(ones) if ones else None,
    )


Altered = tuple[np.ndarray, int, Callable[[np.ndarray], np.ndarray]]
"""Sound (n, channels), its rate, and where old instants [s] went."""


def varispeed(sound: np.ndarray, rate: int, factor: float) -> Altered:
    """Played faster by a factor, as a record is."""
    return soxr.resample(sound, rate * factor, rate), rate, lambda t: t / factor


def cropped(sound: np.ndarray, rate: int, ones_s: np.ndarray, beat_s: float) -> Altered:
    """The beginning cut away up to 2.4 beats after a downbeat."""
    start = round((ones_s[min(5, len(ones_s) - 2)] + 2.4 * beat_s) * rate)
    return sound[start:], rate, lambda t: t - start / rate


def dull(sound: np.ndarray, rate: int) -> Altered:
    """Mono, without treble above 4 kHz."""
    mono = sosfilt(butter(6, 4000, fs=rate, output="sos"), sound.mean(axis=1))
    return mono[:, None], rate, lambda t: t


def noisy(sound: np.ndarray, rate: int) -> Altered:
    """In white noise, 20 dB below the music."""
    power = np.sqrt(np.mean(sound**2)) / 10
    return sound + power * np.random.default_rng(20).standard_normal(sound.shape), rate, lambda t: t


def through_mp3(sound: np.ndarray, rate: int, folder: Path) -> Altered:
    """Encoded at 96 kbit/s without the header that tells of the delay, and decoded."""
    source, coded = folder / "plain.wav", folder / "coded.mp3"
    soundfile.write(source, sound, rate)
    words = ["ffmpeg", "-v", "error", "-y", "-i", source, "-b:a", "96k", "-write_xing", "0", coded]
    subprocess.run([str(w) for w in words], check=True)
    decoded, new_rate = soundfile.read(coded, always_2d=True)
    return decoded, new_rate, lambda t: t + MP3_DELAY_SAMPLES / new_rate


ALTERATIONS = ("faster", "slower", "cropped", "dull", "noisy", "mp3")


def altered(case: Case, how: str, folder: Path) -> Case:
    """A charted recording, altered and written to ``folder``, with its truth moved along."""
    sound, rate = soundfile.read(case.path, always_2d=True)
    ones = case.beats_s[::4] if case.downbeats_s is None else case.downbeats_s
    beat_s = float(np.median(np.diff(case.beats_s)))
    ways: dict[str, Callable[[], Altered]] = {
        "faster": lambda: varispeed(sound, rate, 1.04),
        "slower": lambda: varispeed(sound, rate, 0.96),
        "cropped": lambda: cropped(sound, rate, ones, beat_s),
        "dull": lambda: dull(sound, rate),
        "noisy": lambda: noisy(sound, rate),
        "mp3": lambda: through_mp3(sound, rate, folder),
    }
    new, new_rate, move = ways[how]()
    path = folder / f"{case.name}-{how}.flac"
    soundfile.write(path, np.clip(new, -1, 1), new_rate)
    kept = [None if t is None else move(t)[move(t) >= 0] for t in (case.beats_s, case.downbeats_s)]
    assert kept[0] is not None
    return Case(name=path.stem, style=f"real {how}", path=path, beats_s=kept[0], downbeats_s=kept[1])
