"""A mix that lies on disk, measured, and handed to other programs."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.interchange import LIBRARY_FORMATS, SET_FORMATS, export_library, export_set
from temirbek.measures import MixCheck, TrackTruth, check_file, check_mix, check_stems, write_pictures
from temirbek.planning import cue_points
from temirbek.prepare.crate import Crate
from temirbek.prepare.mix import LoadedMix
from temirbek.prepare.tracklist import read_tracklist
from temirbek.prepare.wishes import Names
from temirbek.show import charts_from_text
from temirbek.store import fresh_folder, write_text
from temirbek.types import CuePoint, Progress, TrackAnalysis, no_progress

CHECK_MARKER = "check.json"
"""By this file a folder is known as one that a check wrote, and may be written again."""


def read_truths(path: Path, analyses: Iterable[TrackAnalysis]) -> dict[str, TrackTruth]:
    """What a ``beats.json`` knows of recordings: track id → truth, for those that it names by their file.

    Raises:
        InvalidInput: The file cannot be read, is no list of charts, or knows none of the recordings.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read as text ({error})") from error
    charts = {Path(chart.file).name: chart for chart in charts_from_text(text, where=str(path))}
    asked = {a.track.id: a.track.path.name for a in analyses}
    truths = {
        track_id: TrackTruth(beats_s=charts[name].beats_s, phrases_s=charts[name].phrases_s)
        for track_id, name in asked.items()
        if name in charts
    }
    if not truths:
        raise InvalidInput(f"{path}: knows none of {', '.join(sorted(asked.values()))}")
    return truths


def check_folder(
    loaded: LoadedMix, truths: Mapping[str, TrackTruth], *, on_progress: Progress = no_progress
) -> MixCheck:
    """Measures a mix that ``temirbek mix`` wrote, on its decks if it has stems, else as a bare file."""
    by_id = {a.track.id: a for a in loaded.analyses}
    if not loaded.mix.stem_paths:
        order = [by_id[play.track_id] for play in loaded.mix.plan.plays]
        return check_file(loaded.mix.audio_path, order, truths or None, on_progress=on_progress)
    return check_mix(loaded.mix, by_id, truths or None, on_progress=on_progress)


def check_sound(
    mix: Path,
    stems: Sequence[Path],
    crate: Crate,
    tracklist: Path | None,
    truths: Mapping[str, TrackTruth],
    *,
    on_progress: Progress = no_progress,
) -> MixCheck:
    """Measures anyone's mix by the recordings from which it was made.

    Args:
        mix: The file.
        stems: One file per deck, or none.
        crate: The recordings; in the order of the mix where there is no tracklist.
        tracklist: See :func:`temirbek.prepare.tracklist.read_tracklist`.
        truths: Track id → beats known beforehand.
        on_progress: Told the share done.

    Raises:
        InvalidInput: A file cannot be read, the tracklist names other recordings, or none of them is in the mix.
    """
    tracks, times_s = crate.load().analyses, None
    if tracklist is not None:
        entries = read_tracklist(tracklist)
        names = Names(crate.summaries)
        ids = [names.id_of(entry.name, f"entry {k}") for k, entry in enumerate(entries, start=1)]
        names.require_all(str(tracklist))
        by_id = {a.track.id: a for a in tracks}
        tracks = tuple(by_id[track_id] for track_id in ids)
        starts = [entry.start_s for entry in entries if entry.start_s is not None]
        times_s = starts if len(starts) == len(entries) else None
    if stems:
        return check_stems(mix, stems, tracks, truths or None, times_s=times_s, on_progress=on_progress)
    return check_file(mix, tracks, truths or None, times_s=times_s, on_progress=on_progress)


def write_check(check: MixCheck, out_dir: Path) -> tuple[Path, ...]:
    """Writes ``check.json`` and a picture of each transition into a folder of their own; returns the files."""
    with fresh_folder(out_dir, marker=CHECK_MARKER) as folder:
        write_text(
            folder / CHECK_MARKER, json.dumps(check.to_json(), indent=1, allow_nan=False, ensure_ascii=False)
        )
        pictures = write_pictures(check, folder)
    return (out_dir / CHECK_MARKER, *(out_dir / picture.name for picture in pictures))


def export_mix(loaded: LoadedMix, folder: Path, formats: Collection[str] | None) -> tuple[Path, ...]:
    """Writes a mix for other programs, for all that are known without ``formats``.

    See :func:`temirbek.interchange.export_set`.
    """
    wanted = SET_FORMATS if formats is None else formats
    return export_set(loaded.mix, loaded.analyses, _cues(loaded.analyses), folder, wanted)


def export_tracks(
    analyses: Sequence[TrackAnalysis], folder: Path, formats: Collection[str] | None
) -> tuple[Path, ...]:
    """Writes analysed recordings for other programs, for all that are known without ``formats``.

    See :func:`temirbek.interchange.export_library`.
    """
    wanted = LIBRARY_FORMATS if formats is None else formats
    return export_library(analyses, _cues(analyses), folder, wanted)


def _cues(analyses: Iterable[TrackAnalysis]) -> dict[str, tuple[CuePoint, ...]]:
    return {a.track.id: cue_points(a) for a in analyses}
