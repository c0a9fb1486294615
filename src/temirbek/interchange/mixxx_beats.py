"""The beats that Mixxx keeps of a track, from its own packing to a grid.

Mixxx stores places in *frames* of the track's sample rate: a BeatGrid is one beat and a tempo, a BeatMap a list of beats.
It knows no bars.
"""

import struct
from collections.abc import Sequence

import numpy as np

from temirbek.interchange.anchors import BPM_RANGE, Anchor, grid_of
from temirbek.interchange.protobuf import Field, fields
from temirbek.types import BeatGrid, CuePoint

GRID, MAP, OLD_GRID = "BeatGrid-2.0", "BeatMap-1.0", "BeatGrid-1.0"
BEATS_PER_BAR = 4
"""What Mixxx takes for granted."""
NEAR_BEATS = 0.1
"""A cue set by hand on a beat lies this near it."""


def mixxx_grid(
    data: bytes, version: str, sample_rate_hz: float, until_s: float, cues: Sequence[CuePoint]
) -> BeatGrid:
    """The grid of a track.

    Args:
        data: The column ``beats``.
        version: The column ``beats_version``.
        sample_rate_hz: Of the track, > 0.
        until_s: Length of the track [s].
        cues: Of the track: cues are mostly set on "the one", so most of them decide which beat that is; where there
            are none, the grid's own first beat is taken.

    Raises:
        ValueError: The data are no beats; the message says why.
    """
    if version == MAP:
        beats_s = _map(data) / sample_rate_hz
        grid, origin = _extended(beats_s, until_s)
    elif version in (GRID, OLD_GRID):
        frame, bpm = _old_grid(data) if version == OLD_GRID else _grid(data)
        anchor = Anchor(time_s=frame / sample_rate_hz, bpm=bpm)
        grid = grid_of([anchor], until_s)
        origin = round(float(grid.beat_at(anchor.time_s)))
    else:
        raise ValueError(f"beats_version is {version!r}; expected {GRID}, {MAP} or {OLD_GRID}")
    return BeatGrid(
        beats_s=grid.beats_s, first_downbeat=_the_one(grid, cues, origin), beats_per_bar=BEATS_PER_BAR
    )


def _the_one(grid: BeatGrid, cues: Sequence[CuePoint], origin: int) -> int:
    """The beat of the bar on which most cues lie; the origin's counts half a cue."""
    votes = np.zeros(BEATS_PER_BAR)
    votes[origin % BEATS_PER_BAR] += 0.5
    for cue in cues:
        beat = float(grid.beat_at(cue.track_s))
        if abs(beat - round(beat)) < NEAR_BEATS:
            votes[round(beat) % BEATS_PER_BAR] += 1
    return int(np.argmax(votes))


def _grid(data: bytes) -> tuple[float, float]:
    """First beat [frames] and tempo of a BeatGrid message."""
    found = {field.number: field for field in fields(data)}
    if 1 not in found or 2 not in found:
        raise ValueError("the grid lacks its tempo or its first beat")
    bpm = {field.number: field for field in fields(found[1].message())}
    beat = {field.number: field for field in fields(found[2].message())}
    return _number(beat, "frame_position"), _number(bpm, "bpm")


def _number(message: dict[int, Field], name: str) -> float:
    if 1 not in message:
        raise ValueError(f"{name} is missing")
    return message[1].number_value()


def _old_grid(data: bytes) -> tuple[float, float]:
    """The same of what was no message yet: two doubles, tempo first."""
    if len(data) != 16:
        return _grid(data)
    bpm, frame = struct.unpack("<dd", data)
    return frame, bpm


def _map(data: bytes) -> np.ndarray:
    """Beats of a BeatMap message [frames], without those that are switched off."""
    frames = []
    for field in fields(data):
        if field.number != 1:
            continue
        beat = {inner.number: inner for inner in fields(field.message())}
        if 2 not in beat or beat[2].value:
            frames.append(_number(beat, "frame_position"))
    beats = np.array(frames, dtype=float)
    if len(beats) < 2 or not np.all(np.isfinite(beats)) or np.any(np.diff(beats) <= 0):
        raise ValueError(f"the {len(beats)} beats of the map do not follow each other")
    return beats


def _extended(beats_s: np.ndarray, until_s: float) -> tuple[BeatGrid, int]:
    """Listed beats, continued to both ends of the track, and which of them was the first listed."""
    grid = BeatGrid(beats_s=beats_s)
    if not BPM_RANGE[0] <= grid.tempo_bpm <= BPM_RANGE[1]:
        raise ValueError(
            f"the beats make {grid.tempo_bpm:g} BPM; expected {BPM_RANGE[0]:g} to {BPM_RANGE[1]:g}"
        )
    first = min(0, int(np.ceil(float(grid.beat_at(0.0)))))
    last = max(grid.n_beats - 1, int(np.floor(float(grid.beat_at(until_s)))))
    return BeatGrid(beats_s=grid.time_at(np.arange(first, last + 1))), -first
