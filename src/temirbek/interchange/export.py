"""The verbs that write: a set, or tracks without one, into a folder."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.interchange.audacity import mix_labels, track_labels
from temirbek.interchange.places import path_text
from temirbek.interchange.playlists import cue_sheet, m3u8
from temirbek.interchange.reaper import reaper_project
from temirbek.interchange.rekordbox import all_cues, rekordbox_xml
from temirbek.interchange.text import file_safe
from temirbek.interchange.traktor import traktor_nml
from temirbek.types import CuePoint, Mix, Track, TrackAnalysis

SET_FORMATS = ("rekordbox", "m3u8", "cue", "audacity", "reaper", "traktor")
LIBRARY_FORMATS = ("rekordbox", "m3u8", "audacity", "traktor")
SET_NAME = "Temirbek set"
_Files = Mapping[str, str | bytes]


def export_set(
    mix: Mix,
    analyses: Sequence[TrackAnalysis],
    cues: Mapping[str, Sequence[CuePoint]],
    folder: Path,
    formats: Collection[str] = SET_FORMATS,
) -> tuple[Path, ...]:
    """Writes a set for other programs. Only files in ``folder`` are made; nothing else is touched.

    Args:
        mix: What was rendered.
        analyses: At least those of the tracks in the mix.
        cues: Cue points by track id; may be empty.
        folder: Where to; made if it is not there.
        formats: Some of :data:`SET_FORMATS`.

    Returns:
        The files, in the order of the formats.

    Raises:
        InvalidInput: A format is unknown, an analysis is missing, a file cannot be written or is one of the music's.
    """
    known = {a.track.id: a for a in analyses}
    absent = [track.title for track in mix.tracks if track.id not in known]
    if absent:
        raise InvalidInput(f"the mix plays {len(absent)} track(s) that were not given: {', '.join(absent)}")
    used = [known[track_id] for track_id in dict.fromkeys(track.id for track in mix.tracks)]
    playlist = {SET_NAME: [track.id for track in mix.tracks]}
    makers: dict[str, Callable[[], _Files]] = {
        "rekordbox": lambda: {"set.rekordbox.xml": rekordbox_xml(used, cues, playlist)},
        "m3u8": lambda: {"set.m3u8": m3u8(mix.tracks)},
        "cue": lambda: {"set.cue": cue_sheet(mix, folder)},
        "audacity": lambda: {f"labels/{name}": text for name, text in mix_labels(mix).items()},
        "reaper": lambda: {"set.rpp": reaper_project(mix, known)},
        "traktor": lambda: {"set.nml": traktor_nml(used, cues, playlist)},
    }
    return _write_all(makers, formats, folder, [mix.audio_path, *mix.stem_paths, *_paths(mix.tracks)])


def export_library(
    analyses: Sequence[TrackAnalysis],
    cues: Mapping[str, Sequence[CuePoint]],
    folder: Path,
    formats: Collection[str] = LIBRARY_FORMATS,
) -> tuple[Path, ...]:
    """Writes analysed tracks for other programs, without a mix. Only files in ``folder`` are made.

    Args:
        analyses: The tracks.
        cues: Cue points by track id; may be empty.
        folder: Where to; made if it is not there.
        formats: Some of :data:`LIBRARY_FORMATS`.

    Returns:
        The files, in the order of the formats.

    Raises:
        InvalidInput: A format is unknown, a file cannot be written or is one of the music's.
    """
    tracks = [analysis.track for analysis in analyses]
    makers: dict[str, Callable[[], _Files]] = {
        "rekordbox": lambda: {"library.rekordbox.xml": rekordbox_xml(analyses, cues, {})},
        "m3u8": lambda: {"library.m3u8": m3u8(tracks)},
        "audacity": lambda: _labels(analyses, cues),
        "traktor": lambda: {"library.nml": traktor_nml(analyses, cues, {})},
    }
    return _write_all(makers, formats, folder, _paths(tracks))


def _labels(analyses: Sequence[TrackAnalysis], cues: Mapping[str, Sequence[CuePoint]]) -> _Files:
    """Each track's label files in a folder with its number and name."""
    files = {}
    for number, analysis in enumerate(analyses, start=1):
        folder = f"labels/{number:03d} {file_safe(analysis.track.title)}".rstrip()
        labels = track_labels(analysis, all_cues(analysis, cues))
        files.update({f"{folder}/{name}": text for name, text in labels.items()})
    return files


def _paths(tracks: Sequence[Track]) -> list[Path]:
    return [track.path for track in tracks]


def _write_all(
    makers: Mapping[str, Callable[[], _Files]],
    formats: Collection[str],
    folder: Path,
    sources: Sequence[Path],
) -> tuple[Path, ...]:
    unknown = sorted(set(formats) - makers.keys())
    if unknown:
        raise InvalidInput(f"cannot export {', '.join(unknown)}; there are {', '.join(makers)}")
    kept = {path_text(path) for path in sources}
    written: list[Path] = []
    for name in [name for name in makers if name in formats]:
        for file_name, content in makers[name]().items():
            target = folder / file_name
            if path_text(target) in kept:
                raise InvalidInput(f"{target} is part of the music; export into another folder")
            _write(target, content if isinstance(content, bytes) else _encoded(content))
            written.append(target)
    return tuple(written)


def _encoded(text: str) -> bytes:
    """UTF-8; the bytes of file names that are no UTF-8 stay as they are."""
    return text.encode("utf-8", errors="surrogateescape")


def _write(target: Path, content: bytes) -> None:
    """All or nothing: a half-written file never stands under its name."""
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(content)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInput(f"{target}: cannot be written: {error.strerror}") from error
