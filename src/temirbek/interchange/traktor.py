"""Analysed tracks as a Traktor collection (NML 19).

Places are in milliseconds. Traktor counts bars from its grid markers, so they lie on downbeats: one for a constant tempo,
else as many as it takes for every downbeat to be met, and beats inside a bar are even. It thinks of every bar as four
beats. Files are named by volume and folder, which only Windows and macOS have; elsewhere Traktor asks where they lie.
"""

import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from temirbek.interchange.anchors import EXACT_S
from temirbek.interchange.keys import open_key_text
from temirbek.interchange.lines import corners
from temirbek.interchange.places import path_text
from temirbek.interchange.rekordbox import HOT_CUES, all_cues, cue_name
from temirbek.interchange.text import decimal, one_line
from temirbek.types import BeatGrid, CuePoint, Key, TrackAnalysis

CUE, GRID, LOOP = "0", "4", "5"
PLACES = 6
_DRIVE = re.compile(r"^([A-Za-z]:)/")
_VOLUME = re.compile(r"^/Volumes/([^/]+)/")
_HOME = re.compile(r"^/(Users|Applications|Library)/")


def traktor_nml(
    analyses: Sequence[TrackAnalysis],
    cues: Mapping[str, Sequence[CuePoint]],
    playlists: Mapping[str, Sequence[str]],
) -> bytes:
    """A collection as NML in UTF-8.

    Args:
        analyses: The tracks, in the order of the collection.
        cues: Cue points by track id; a track's own cues are added to them.
        playlists: Name → track ids, in order; every id is among the analyses.
    """
    root = ET.Element("NML", VERSION="19")
    ET.SubElement(root, "HEAD", COMPANY="Temirbek", PROGRAM="Temirbek")
    collection = ET.SubElement(root, "COLLECTION", ENTRIES=str(len(analyses)))
    for analysis in analyses:
        _entry(collection, analysis, all_cues(analysis, cues))
    keys = {analysis.track.id: "".join(_location(analysis.track.path)) for analysis in analyses}
    top = ET.SubElement(ET.SubElement(root, "PLAYLISTS"), "NODE", TYPE="FOLDER", NAME="$ROOT")
    nodes = ET.SubElement(top, "SUBNODES", COUNT=str(len(playlists)))
    for name, ids in playlists.items():
        _playlist(nodes, one_line(name), [keys[track_id] for track_id in ids])
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return ('<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n' + text + "\n").encode("utf-8")


def _entry(collection: ET.Element, analysis: TrackAnalysis, cues: Sequence[CuePoint]) -> None:
    track, grid = analysis.track, analysis.beat_grid
    volume, folder, file = _location(track.path)
    entry = ET.SubElement(collection, "ENTRY", TITLE=one_line(track.title), ARTIST=one_line(track.artist))
    ET.SubElement(entry, "LOCATION", DIR=folder, FILE=file, VOLUME=volume, VOLUMEID=volume)
    ET.SubElement(
        entry,
        "INFO",
        KEY=open_key_text(analysis.key.best),
        PLAYTIME=str(round(track.duration_s)),
        PLAYTIME_FLOAT=decimal(track.duration_s, PLACES, PLACES),
    )
    markers = _markers(grid)
    ET.SubElement(entry, "TEMPO", BPM=decimal(markers[0][1], PLACES, PLACES), BPM_QUALITY="100.000000")
    ET.SubElement(entry, "MUSICAL_KEY", VALUE=str(_key_number(analysis.key.best)))
    for start_s, bpm in markers:
        marker = _cue(entry, "AutoGrid", GRID, start_s, 0.0, -1)
        ET.SubElement(marker, "GRID", BPM=decimal(bpm, PLACES, PLACES))
    hot = [cue for cue in cues if cue.kind == "hot"][:HOT_CUES]
    for cue in cues:
        kind = LOOP if cue.length_s > 0 else CUE
        _cue(entry, cue_name(cue), kind, cue.track_s, cue.length_s, hot.index(cue) if cue in hot else -1)


def _cue(entry: ET.Element, name: str, kind: str, start_s: float, length_s: float, number: int) -> ET.Element:
    return ET.SubElement(
        entry,
        "CUE_V2",
        NAME=name,
        DISPL_ORDER="0",
        TYPE=kind,
        START=decimal(1000.0 * start_s, PLACES, PLACES),
        LEN=decimal(1000.0 * length_s, PLACES, PLACES),
        REPEATS="-1",
        HOTCUE=str(number),
    )


def _markers(grid: BeatGrid) -> list[tuple[float, float]]:
    """Downbeats [s] with the tempo from there on."""
    downbeats_s = grid.downbeats_s
    if len(downbeats_s) < 2:
        return [(float(downbeats_s[0]) if len(downbeats_s) else float(grid.beats_s[0]), grid.tempo_bpm)]
    kept = corners(np.arange(len(downbeats_s), dtype=float), downbeats_s, EXACT_S)
    return [
        (
            float(downbeats_s[a]),
            float(60.0 * grid.beats_per_bar * (b - a) / (downbeats_s[b] - downbeats_s[a])),
        )
        for a, b in pairwise(kept)
    ]


def _key_number(key: Key) -> int:
    """C major … B major, C minor … B minor."""
    return key.tonic + (12 if key.mode == "minor" else 0)


def _location(path: Path) -> tuple[str, str, str]:
    """Volume, folder and file: "C:", "/:Music/:", "a.mp3"."""
    text = one_line(path_text(path))
    drive, mounted = _DRIVE.match(text), _VOLUME.match(text)
    volume = drive[1] if drive else mounted[1] if mounted else "Macintosh HD" if _HOME.match(text) else ""
    inside = text[mounted.end() - 1 :] if mounted else text[2:] if drive else text
    folder, _, file = inside.rpartition("/")
    return volume, folder.replace("/", "/:") + "/:", file


def _playlist(nodes: ET.Element, name: str, keys: Sequence[str]) -> None:
    node = ET.SubElement(nodes, "NODE", TYPE="PLAYLIST", NAME=name)
    own = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join([name, *keys])).hex
    playlist = ET.SubElement(node, "PLAYLIST", ENTRIES=str(len(keys)), TYPE="LIST", UUID=own)
    for key in keys:
        ET.SubElement(ET.SubElement(playlist, "ENTRY"), "PRIMARYKEY", TYPE="TRACK", KEY=key)
