"""Cuts a whole number of bars out of a warped recording that can be repeated, and writes them as key poses.

A loop begins on an accent and ends where its pose comes nearest to that of its beginning; what is left of the
difference is let in over its last beats. Poses are taken a quarter of a beat apart. Around each accent the clip's time
is slowed down to nothing, so that every limb stops there: people who dance stop with some limbs, a robot is to be seen
hitting with all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.motion.clip import Clip
from temirbek.motion.curves import curve_through, stops_and_ways
from temirbek.motion.warp import Warp

Floats = NDArray[np.float64]

BEATS_PER_BAR = 4
KEYS_PER_BEAT = 4
_USUAL_BARS = (4, 2, 1)
_CLOSING_BEATS = 2.0
_SLOWING_BEATS = 0.5
_ENOUGH_ACCENTS = 0.75  # a beat
_LACK_COST = 0.3
_MOST_LOOPS = 6
_LAPS = 3  # so many are danced to know how one of many is


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loop:
    """A piece of a recorded dance that can be repeated.

    Attributes:
        start_s, end_s: Where it lies in the clip [s].
        length_beats: Its length.
        beats: Of its poses, from 0, shape (k,).
        poses: Channels there, shape (k, c); columns as in ``CHANNEL_ORDER["g1"]``.
        stops: Which poses are accents, shape (k,).
        gap: Mean difference between the pose after its end and its first, over the range of the channels, 0–1.
    """

    start_s: float
    end_s: float
    length_beats: int
    beats: Floats
    poses: Floats
    stops: NDArray[np.bool_]
    gap: float

    def danced(self, bpm: float, instants_a_beat: int) -> Floats:
        """Channels over one lap of many, at this tempo, shape (length · instants, c)."""
        laps = np.concatenate([self.beats + lap * self.length_beats for lap in range(_LAPS)])
        beats = np.append(laps, float(_LAPS * self.length_beats))
        stops = np.append(np.tile(self.stops, _LAPS), True)
        stops[0] = True
        poses = np.vstack([np.tile(self.poses, (_LAPS, 1)), self.poses[:1]])
        curve = curve_through(*stops_and_ways(beats * 60.0 / bpm, poses, stops))
        middle = (
            self.length_beats * (_LAPS // 2)
            + np.arange(self.length_beats * instants_a_beat) / instants_a_beat
        )
        return curve.at(middle * 60.0 / bpm)


def cut_loops(
    clip: Clip, warp: Warp, *, bars: int | None = None, from_s: float = 0.0, to_s: float | None = None
) -> list[Loop]:
    """The best loops of a clip, best first; they begin a bar or more apart.

    Args:
        clip: A recorded dance.
        warp: Its accents on beats.
        bars: How many bars; by default 4, or as many as 2 or 1 where the clip is shorter.
        from_s, to_s: The stretch of the clip in which to look [s]; by default all of it.

    Raises:
        InvalidInput: No accent lies there, or no such number of whole bars.
    """
    end_s = clip.length_s if to_s is None else to_s
    for count in (bars,) if bars is not None else _USUAL_BARS:
        length = count * BEATS_PER_BAR
        starts = [float(b) for b in warp.beats if b % 1.0 == 0 and _fits(warp, b, length, from_s, end_s)]
        costs = {start: _cost(clip, warp, start, length) for start in starts}
        chosen: list[float] = []
        for start in sorted(starts, key=lambda b: (costs[b], b)):
            if all(abs(start - other) >= BEATS_PER_BAR for other in chosen):
                chosen.append(start)
        if chosen:
            return [_loop(clip, warp, start, length) for start in chosen[:_MOST_LOOPS]]
    wanted = f"{bars} bars" if bars is not None else "one bar"
    raise InvalidInput(
        f"{clip.source}: from {from_s:g} to {end_s:g} s there are not {wanted} of {BEATS_PER_BAR} beats at "
        f"{warp.pulse.bpm:.1f} BPM ({BEATS_PER_BAR * warp.pulse.beat_s:.2f} s a bar) that begin on an accent"
    )


def _fits(warp: Warp, start: float, length: int, from_s: float, end_s: float) -> bool:
    first, last = warp.time_at(np.array([start, start + length]))
    return bool(first >= from_s - 1e-6 and last <= end_s + 1e-6)


def _cost(clip: Clip, warp: Warp, start: float, length: int) -> float:
    """How badly a loop closes, and how much it lacks accents."""
    inside = (warp.beats >= start) & (warp.beats < start + length)
    lacking = max(0.0, 1.0 - float(inside.sum()) / (_ENOUGH_ACCENTS * length))
    return _gap(clip, warp, start, length) + _LACK_COST * lacking


def _gap(clip: Clip, warp: Warp, start: float, length: int) -> float:
    """Mean difference between the poses at both ends, over the range of each channel."""
    ends = clip.at(warp.time_at(np.array([start, start + length])))
    ranges = np.maximum(np.ptp(clip.values, axis=0), 0.1)
    return float(np.mean(np.abs(ends[1] - ends[0]) / ranges))


def _loop(clip: Clip, warp: Warp, start: float, length: int) -> Loop:
    beats = np.arange(length * KEYS_PER_BEAT) / KEYS_PER_BEAT
    hits = warp.beats[(warp.beats >= start) & (warp.beats < start + length)] - start
    times_s = warp.time_at(start + slowed(beats, np.concatenate([hits, [length]])))
    poses = clip.at(times_s)
    ends = clip.at(warp.time_at(np.array([start, start + length])))
    s = np.clip((beats - (length - _CLOSING_BEATS)) / _CLOSING_BEATS, 0.0, 1.0)
    poses -= (s**3 * (10.0 - 15.0 * s + 6.0 * s * s))[:, None] * (ends[1] - ends[0])
    first_s, last_s = warp.time_at(np.array([start, start + length]))
    return Loop(
        start_s=float(first_s),
        end_s=float(last_s),
        length_beats=length,
        beats=beats,
        poses=poses,
        stops=np.isin(np.round(beats, 6), np.round(hits, 6)),
        gap=_gap(clip, warp, start, length),
    )


def slowed(beats: Floats, hits: Floats) -> Floats:
    """Beats at which the recording is read, so that it comes to rest for an instant on every hit.

    Within half a beat of a hit (less where two hits are nearer), the way x of 0 to 1 from the hit becomes
    3x² − 3x³ + x⁴: at rest at the hit, at full speed and without acceleration where it ends.

    Args:
        beats: Increasing, shape (n,).
        hits: Increasing, shape (h,).
    """
    if len(hits) == 0:
        return beats.copy()
    nearest = hits[np.abs(beats[:, None] - hits[None, :]).argmin(axis=1)]
    gaps = np.diff(hits, prepend=-np.inf, append=np.inf)
    room = np.minimum(gaps[:-1], gaps[1:])[np.searchsorted(hits, nearest)]
    reach = np.minimum(_SLOWING_BEATS, room / 2)
    x = np.clip(np.abs(beats - nearest) / reach, 0.0, 1.0)
    way = np.where(x < 1.0, reach * (3 * x**2 - 3 * x**3 + x**4), np.abs(beats - nearest))
    return np.asarray(nearest + np.sign(beats - nearest) * way)
