"""Analysed tracks as a Rekordbox collection (DJ_PLAYLISTS 1.0.0), which most DJ programs read.

Places are in seconds of the track, Battito is a beat's number in its bar from 1. A person's own cues take the eight hot
cues A–H in their order; all others, and ours, become memory cues.
"""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from temirbek.interchange.anchors import anchors_of
from temirbek.interchange.keys import key_text
from temirbek.interchange.places import location_of
from temirbek.interchange.text import decimal, one_line
from temirbek.types import CuePoint, TrackAnalysis

HOT_CUES = 8
CUE, LOOP = "0", "4"
TIME_PLACES = 6
BPM_PLACES = 9
"""So that the last beat of an hour is still within a microsecond."""
KINDS = {
    ".wav": "WAV File",
    ".aif": "AIFF File",
    ".aiff": "AIFF File",
    ".flac": "FLAC File",
    ".mp3": "MP3 File",
    ".m4a": "M4A File",
    ".aac": "AAC File",
    ".ogg": "OGG File",
}
CUE_NAMES = {
    "mix_in": "Mix in",
    "mix_out": "Mix out",
    "drop": "Drop",
    "break": "Break",
    "section": "Section",
    "hot": "",
}


def rekordbox_xml(
    analyses: Sequence[TrackAnalysis],
    cues: Mapping[str, Sequence[CuePoint]],
    playlists: Mapping[str, Sequence[str]],
) -> bytes:
    """A collection as XML in UTF-8.

    Args:
        analyses: The tracks, in the order of the collection.
        cues: Cue points by track id; a track's own cues (``analysis.cues``) are added to them.
        playlists: Name → track ids, in order; every id is among the analyses.
    """
    root = ET.Element("DJ_PLAYLISTS", Version="1.0.0")
    ET.SubElement(root, "PRODUCT", Name="Temirbek", Version="1", Company="")
    collection = ET.SubElement(root, "COLLECTION", Entries=str(len(analyses)))
    numbers = {analysis.track.id: str(k) for k, analysis in enumerate(analyses, start=1)}
    for analysis in analyses:
        _track(collection, numbers[analysis.track.id], analysis, all_cues(analysis, cues))
    folder = ET.SubElement(
        ET.SubElement(root, "PLAYLISTS"), "NODE", Type="0", Name="ROOT", Count=str(len(playlists))
    )
    for name, ids in playlists.items():
        node = ET.SubElement(
            folder, "NODE", Name=one_line(name), Type="1", KeyType="0", Entries=str(len(ids))
        )
        for track_id in ids:
            ET.SubElement(node, "TRACK", Key=numbers[track_id])
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + text + "\n").encode("utf-8")


def all_cues(analysis: TrackAnalysis, cues: Mapping[str, Sequence[CuePoint]]) -> tuple[CuePoint, ...]:
    """A person's cues and ours, each once, in order of time."""
    every = {cue: None for cue in (*analysis.cues, *cues.get(analysis.track.id, ()))}
    return tuple(sorted(every, key=lambda cue: cue.track_s))


def cue_name(cue: CuePoint) -> str:
    """What a cue is called: its own name, else its kind's."""
    return one_line(cue.name) or CUE_NAMES[cue.kind]


def _track(collection: ET.Element, number: str, analysis: TrackAnalysis, cues: Sequence[CuePoint]) -> None:
    track, grid = analysis.track, analysis.beat_grid
    anchors = anchors_of(grid)
    element = ET.SubElement(
        collection,
        "TRACK",
        TrackID=number,
        Name=one_line(track.title),
        Artist=one_line(track.artist),
        Kind=KINDS.get(track.path.suffix.lower(), "Unknown Format"),
        TotalTime=str(round(track.duration_s)),
        SampleRate=str(track.sample_rate_hz),
        AverageBpm=f"{60 * (grid.n_beats - 1) / (grid.beats_s[-1] - grid.beats_s[0]):.2f}",
        Tonality=key_text(analysis.key.best),
        Location=location_of(track.path),
    )
    for anchor in anchors:
        ET.SubElement(
            element,
            "TEMPO",
            Inizio=decimal(anchor.time_s, TIME_PLACES, 3),
            Bpm=decimal(anchor.bpm, BPM_PLACES, 2),
            Metro=f"{anchor.beats_per_bar}/4",
            Battito=str(anchor.bar_beat),
        )
    hot = [cue for cue in cues if cue.kind == "hot"][:HOT_CUES]
    for cue in cues:
        _mark(element, cue, hot.index(cue) if cue in hot else -1)


def _mark(element: ET.Element, cue: CuePoint, number: int) -> None:
    mark = ET.SubElement(
        element,
        "POSITION_MARK",
        Name=cue_name(cue),
        Type=LOOP if cue.length_s > 0 else CUE,
        Start=decimal(cue.track_s, TIME_PLACES, 3),
    )
    if cue.length_s > 0:
        mark.set("End", decimal(cue.track_s + cue.length_s, TIME_PLACES, 3))
    mark.set("Num", str(number))
