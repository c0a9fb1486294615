"""A Rekordbox collection → the DJ's library.

The file is read as a stream, a track at a time, so its size does not matter. It may hold no document type: that is where
attacks by entities hide, and Rekordbox writes none. What is wrong with one field costs that field, and a note says so.
"""

import math
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar
from xml.parsers import expat

from temirbek.errors import InvalidInput
from temirbek.interchange.anchors import BPM_RANGE, LONGEST_S, Anchor, agree_on_bars, grid_of
from temirbek.interchange.keys import key_of
from temirbek.interchange.places import path_of
from temirbek.interchange.text import unique
from temirbek.types import BeatGrid, CuePoint, DjLibrary, LibraryTrack

KINDS_OF_TYPES = {"1": "mix_in", "2": "mix_out"}
"""POSITION_MARK types 1 (fade in) and 2 (fade out); all others are a person's own places."""
BY_LOCATION = "1"
_T = TypeVar("_T")


def read_rekordbox(path: Path) -> DjLibrary:
    """Reads a collection that Rekordbox (or another program) exported as XML.

    Args:
        path: The XML file; it is only read.

    Returns:
        Its tracks with grids, cues, keys, and its playlists by "folder/name". Notes say what could not be read.

    Raises:
        InvalidInput: The file is not there, is not well-formed, has a document type, or is no collection.
    """
    reader = _Reader(path.name)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reader.refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from error
    except expat.ExpatError as error:
        raise InvalidInput(f"{path}: is not well-formed XML: {error}") from error
    return DjLibrary(
        tracks=tuple(reader.tracks), playlists=reader.named_playlists(), notes=tuple(reader.notes)
    )


class _Reader:
    """Takes the file's elements as they come."""

    def __init__(self, file: str) -> None:
        self.tracks: list[LibraryTrack] = []
        self.notes: list[str] = []
        self._file = file
        self._open: list[str] = []
        self._track: ET.Element | None = None
        self._paths: dict[str, Path] = {}
        self._streamed = 0
        self._n_tracks = 0
        self._nodes: list[dict[str, str]] = []
        self._playlists: list[tuple[str, bool, list[str]]] = []

    def refuse_doctype(self, name: str, *_: object) -> None:
        """No document type is let in."""
        raise InvalidInput(f"{self._file}: has a document type ({name}); a Rekordbox collection has none")

    def start(self, tag: str, fields: dict[str, str]) -> None:
        """An element begins."""
        if not self._open and tag != "DJ_PLAYLISTS":
            raise InvalidInput(
                f"{self._file}: begins with <{tag}>; expected <DJ_PLAYLISTS>, a Rekordbox collection"
            )
        if tag == "NODE":
            self._start_node(fields)
        elif tag == "TRACK" and self._open[-1:] == ["COLLECTION"]:
            self._track = ET.Element(tag, fields)
        elif tag == "TRACK" and self._open[-1:] == ["NODE"] and self._playlists:
            self._playlists[-1][2].append(fields.get("Key", ""))
        elif self._track is not None and self._open[-1:] == ["TRACK"]:
            ET.SubElement(self._track, tag, fields)
        self._open.append(tag)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._open.pop()
        if tag == "NODE":
            self._nodes.pop()
        elif tag == "TRACK" and self._track is not None:
            self._end_track(self._track)
            self._track = None

    def named_playlists(self) -> dict[str, tuple[Path, ...]]:
        """Playlists with the paths of their tracks; names that occur twice are numbered."""
        if self._streamed:
            self.notes.append(f"{self._file}: {self._streamed} track(s) have no file (a streaming service's)")
        named: dict[str, tuple[Path, ...]] = {}
        for name, is_by_location, names in self._playlists:
            found = [path_of(n) if is_by_location else self._paths.get(n) for n in names]
            paths = tuple(path for path in found if path is not None)
            if len(paths) < len(names):
                missing = len(names) - len(paths)
                self.notes.append(
                    f"{self._file}: playlist “{name}”: {missing} of its tracks are not in the collection"
                )
            named[unique(name, named)] = paths
        return named

    def _start_node(self, fields: dict[str, str]) -> None:
        self._nodes.append(fields)
        if fields.get("Type") == "1":
            names = [node.get("Name", "") for node in self._nodes[1:]]
            self._playlists.append(("/".join(names), fields.get("KeyType") == BY_LOCATION, []))

    def _end_track(self, element: ET.Element) -> None:
        self._n_tracks += 1
        title = element.get("Name", "")
        where = f"{self._file}: track {self._n_tracks} “{title}”"
        location = element.get("Location", "")
        path = path_of(location)
        if path is None:
            if location and not location.lower().startswith("file:"):
                self._streamed += 1
            else:
                self.notes.append(f"{where}: Location is {location!r}; expected the URL of a file")
            return
        duration_s = self._or_note(lambda: _duration_s(element, where))
        cues = [self._or_note(partial(_cue, mark, where)) for mark in element.iter("POSITION_MARK")]
        tonality = element.get("Tonality", "")
        self.tracks.append(
            LibraryTrack(
                path=path,
                title=title,
                artist=element.get("Artist", ""),
                beat_grid=self._or_note(lambda: self._grid(element, duration_s, where)),
                cues=tuple(sorted((c for c in cues if c is not None), key=lambda c: c.track_s)),
                key=key_of(tonality),
                duration_s=duration_s,
            )
        )
        self._paths[element.get("TrackID", "")] = path

    def _grid(self, element: ET.Element, duration_s: float | None, where: str) -> BeatGrid | None:
        anchors = [_anchor(tempo, where) for tempo in element.iter("TEMPO")]
        if not anchors:
            return None
        try:
            grid = grid_of(anchors, _end_s(anchors, duration_s))
        except ValueError as error:
            raise InvalidInput(f"{where}: TEMPO: {error}") from error
        if not agree_on_bars(anchors):
            self.notes.append(
                f"{where}: its TEMPO anchors count bars differently; those of more beats are taken"
            )
        return grid

    def _or_note(self, read: Callable[[], _T]) -> _T | None:
        """What ``read`` gives, or None and a note."""
        try:
            return read()
        except InvalidInput as error:
            self.notes.append(str(error))
            return None


def _end_s(anchors: Iterable[Anchor], duration_s: float | None) -> float:
    """Up to where beats are wanted: TotalTime leaves a part of a second out."""
    return max(a.time_s for a in anchors) if duration_s is None else duration_s + 1.0


def _duration_s(element: ET.Element, where: str) -> float | None:
    if not element.get("TotalTime"):
        return None
    seconds = _number(element, "TotalTime", where, 0, LONGEST_S)
    return seconds or None


def _anchor(element: ET.Element, where: str) -> Anchor:
    metro = element.get("Metro", "4/4")
    beats, _, unit = metro.partition("/")
    if not (unit.isdecimal() and len(beats) <= 2 and beats.isdecimal() and 2 <= int(beats) <= 12):
        raise InvalidInput(f"{where}: TEMPO Metro is {metro!r}; expected 2/4 to 12/4 or the like")
    return Anchor(
        time_s=_number(element, "Inizio", where, -LONGEST_S, LONGEST_S),
        bpm=_number(element, "Bpm", where, *BPM_RANGE),
        bar_beat=int(_number(element, "Battito", where, 1, int(beats), default="1")),
        beats_per_bar=int(beats),
    )


def _cue(element: ET.Element, where: str) -> CuePoint:
    start_s = _number(element, "Start", where, -LONGEST_S, LONGEST_S)
    end_s = _number(element, "End", where, start_s, LONGEST_S) if element.get("End") else start_s
    kind = KINDS_OF_TYPES.get(element.get("Type", "0"))
    return CuePoint(
        track_s=start_s,
        kind="mix_in" if kind == "mix_in" else "mix_out" if kind == "mix_out" else "hot",
        name=element.get("Name", ""),
        length_s=end_s - start_s,
    )


def _number(
    element: ET.Element, field: str, where: str, least: float, most: float, *, default: str = ""
) -> float:
    text = element.get(field, default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        name = field if element.tag == "TRACK" else f"{element.tag} {field}"
        raise InvalidInput(f"{where}: {name} is {text!r}; expected a number from {least:g} to {most:g}")
    return value
