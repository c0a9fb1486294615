"""A recording that was found in a mix is followed through it, to a fraction of a millisecond.

From the rough place (:mod:`temirbek.measures.locate`) the time map is made finer and longer in rounds: the recording is
laid along the map so far, the lags between it and the mix are heard over and over (:mod:`temirbek.measures.lags`), and the
map is moved by their smooth course: a parabola through the neighbours of each node, robust against nodes at which
another deck was heard instead. Tempo ramps are parabolas of time, so they pass. The map is carried on, a few seconds
at a time, beyond the part that was recognised, for a deck that fades is still there when it is hardly heard. There the attacks of the other deck may be taken for its own:
where the clear part runs evenly, the faint one is taken to run on evenly too, unless it is heard more than 20 ms off.

Limit: a steep change of tempo (more than about half a percent a second) that begins while the deck is hardly heard.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import theilslopes

from temirbek.measures.lags import HOP_S, Lags, lags_between, onset_bands
from temirbek.measures.locate import Place
from temirbek.measures.originals import Originals
from temirbek.measures.time_map import TimeMap
from temirbek.types import Track

Floats = NDArray[np.float64]


class Heard(Protocol):
    """Where the mix (or a stem of it) is read."""

    def __call__(self, start_s: float, stop_s: float) -> Floats:
        """Samples between two instants of the mix, mono."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How one round listens: nodes every ``step_s``, over ± ``half_s``, for lags up to ``most_s``; smooth over ``over_s``."""

    step_s: float
    half_s: float
    most_s: float
    over_s: float


ROUNDS = (
    Round(step_s=2.0, half_s=4.0, most_s=0.15, over_s=16.0),
    Round(step_s=1.0, half_s=3.0, most_s=0.04, over_s=10.0),
)
FARTHER = Round(step_s=0.5, half_s=2.0, most_s=0.08, over_s=5.0)
FINEST = Round(step_s=0.5, half_s=2.0, most_s=0.015, over_s=6.0)
BEYOND = Round(step_s=0.5, half_s=2.0, most_s=0.06, over_s=5.0)
NEAR_S, BORNE_OUT, BEYOND_HEARD_S = 0.004, 0.6, 3.0
"""Attacks that near bear a straight map out, where so many of those that are heard do; to its end, if up to that near."""
CHUNK_S = 2.0
"""So far is the map carried on before it is listened to again: in a steep ramp it leaves the straight line soon."""
BACK_S = 4.0
MOST_UNHEARD_S = 12.0
MOST_BEYOND_S = 96.0
LIKE, DISTINCT = 0.15, 4.0
ANCHOR = 0.3
FEWEST_NODES = 4
CLEAR_SHARE, SURE_SHARE = 0.85, 0.75
EVEN_OVER_S, EVEN_WITHIN_S = 30.0, 0.0007
FEIGNED_S = 0.02
"""So far from the straight line can the attacks of another deck, nearly together with its own, draw one that is hardly heard."""
MARGIN_S = 0.2
SURE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed:
    """A time map, and how far it may be trusted.

    Attributes:
        time_map: From where to where the recording may sound.
        at_s, likeness: How like the recording the mix is: nodes [mix s], (n,), and correlations 0–1, (n,).
        sure_s: Between these instants the map is heard clearly, or runs on evenly and is borne out [mix s].
    """

    time_map: TimeMap
    at_s: Floats
    likeness: Floats
    sure_s: tuple[float, float]

    @property
    def confidence(self) -> float:
        """How sure the map is, 0–1: how alike its better half is."""
        better = np.sort(self.likeness)[len(self.likeness) // 2 :]
        return float(np.clip(np.mean(better) / SURE, 0.0, 1.0)) if len(better) else 0.0


def follow(
    read: Heard, rate_hz: int, duration_s: float, track: Track, place: Place, originals: Originals
) -> Followed:
    """The fine time map of a recording in a mix.

    Args:
        read: Reads the mix, or the stem in which the recording sounds.
        rate_hz: Its samples a second [Hz].
        duration_s: Its length [s].
        track: The recording.
        place: Where it was found.
        originals: Reads the recording.
    """
    follower = _Follower(read, rate_hz, track, originals)
    time_map = TimeMap(mix_s=place.mix_s, track_s=place.track_s)
    time_map = _smoothed(time_map, place.mix_s, np.zeros(len(place.mix_s)), place.likeness, 40.0)
    for turn in ROUNDS:
        time_map, _ = follower.moved(time_map, turn)
    for direction in (-1, 1):
        time_map = follower.carried_on(time_map, direction, duration_s)
    time_map, lags = follower.moved(time_map, FINEST)
    heard = np.isfinite(lags.likeness)
    at_s, likeness = lags.at_s[heard], lags.likeness[heard]
    if not np.any(heard):
        return Followed(time_map=time_map, at_s=at_s, likeness=likeness, sure_s=(np.inf, -np.inf))
    clear_s = at_s[likeness >= SURE_SHARE * float(np.percentile(likeness, 90))]
    sure = [float(clear_s[0]), float(clear_s[-1])]
    for k, direction in enumerate((-1, 1)):
        straight = _evenly_on(time_map, at_s, likeness, direction)
        if straight is not None:
            time_map = straight
            sure[k] = follower.confirmed_to(time_map, sure[k], direction)
    return Followed(time_map=time_map, at_s=at_s, likeness=likeness, sure_s=(sure[0], sure[1]))


class _Follower:
    """What the rounds have in common: the two sounds."""

    def __init__(self, read: Heard, rate_hz: int, track: Track, originals: Originals) -> None:
        self._read, self._rate_hz, self._track, self._originals = read, rate_hz, track, originals

    def lags(self, time_map: TimeMap, from_s: float, to_s: float, turn: Round) -> Lags:
        """Lags of the mix behind the recording as the map lays it."""
        reach_s = turn.half_s + turn.most_s + MARGIN_S
        start_s = max(0.0, round((from_s - reach_s) / HOP_S) * HOP_S)
        heard = self._read(start_s, to_s + reach_s)
        stop_s = start_s + len(heard) / self._rate_hz
        expected = self._originals.warped(self._track, time_map, start_s, stop_s)[: len(heard)]
        pictures = [onset_bands(x[: len(expected)], self._rate_hz) for x in (heard, expected)]
        nodes = np.arange(from_s, to_s + 1e-6, turn.step_s)
        return lags_between(
            pictures[0], pictures[1], start_s=start_s, at_s=nodes, half_s=turn.half_s, most_s=turn.most_s
        )

    def confirmed_to(self, time_map: TimeMap, edge_s: float, direction: int) -> float:
        """How far beyond an instant a straight map is borne out by what is heard there; the instant where it is not.

        A deck that fades may go on evenly, or be bent to another deck's tempo by a DJ's hand: only attacks that lie where
        the map says can tell.
        """
        end_s = time_map.from_s if direction < 0 else time_map.to_s
        lags = self.lags(time_map, min(edge_s, end_s), max(edge_s, end_s), BEYOND)
        sure = _sure(lags)
        at_s, is_near = lags.at_s[sure], np.abs(lags.lag_s[sure]) <= NEAR_S
        order = np.argsort(direction * at_s)
        at_s, share = at_s[order], np.cumsum(is_near[order]) / np.arange(1, len(order) + 1)
        borne_out = at_s[(share >= BORNE_OUT) & is_near[order]]
        if np.count_nonzero(is_near) < FEWEST_NODES or not len(borne_out):
            return edge_s
        outermost_s = float(borne_out[-1])
        return direction * np.inf if abs(end_s - outermost_s) <= BEYOND_HEARD_S else outermost_s

    def moved(self, time_map: TimeMap, turn: Round) -> tuple[TimeMap, Lags]:
        """The map after one round, and the lags that moved it."""
        lags = self.lags(time_map, time_map.from_s, time_map.to_s, turn)
        sure = _sure(lags)
        if np.count_nonzero(sure) < FEWEST_NODES:
            return time_map, lags
        return _smoothed(time_map, lags.at_s[sure], lags.lag_s[sure], lags.likeness[sure], turn.over_s), lags

    def carried_on(self, time_map: TimeMap, direction: int, duration_s: float) -> TimeMap:
        """The map, carried on to an end of the recording or of the mix, or until nothing has been heard for long."""
        begun_s = time_map.from_s if direction < 0 else time_map.to_s
        edge_s, last_heard_s = begun_s, begun_s
        while abs(edge_s - last_heard_s) < MOST_UNHEARD_S and abs(edge_s - begun_s) < MOST_BEYOND_S:
            goal_s = float(np.clip(edge_s + direction * CHUNK_S, 0.0, duration_s))
            end_track_s = 0.0 if direction < 0 else self._track.duration_s
            track_s = float(time_map.track_s_at(goal_s))
            if (track_s - end_track_s) * direction > 0:  # beyond the recording's end
                speed = float(time_map.speed_at(edge_s))
                goal_s -= (track_s - end_track_s) / speed
            if (goal_s - edge_s) * direction < 0.5:
                break
            longer = _until(time_map, goal_s)
            lags = self.lags(longer, min(edge_s, goal_s), max(edge_s, goal_s), FARTHER)
            sure = _sure(lags)
            if np.count_nonzero(sure) >= FEWEST_NODES:
                anchors_s = np.arange(
                    *_beside(longer, edge_s, -direction), FARTHER.step_s
                )  # there the map is right
                longer = _smoothed(
                    longer,
                    np.concatenate([lags.at_s[sure], anchors_s]),
                    np.concatenate([lags.lag_s[sure], np.zeros(len(anchors_s))]),
                    np.concatenate([lags.likeness[sure], np.full(len(anchors_s), ANCHOR)]),
                    FARTHER.over_s,
                    only=(min(edge_s, goal_s), max(edge_s, goal_s)),
                )
                last_heard_s = goal_s
            time_map, edge_s = longer, goal_s
        return time_map


def _evenly_on(time_map: TimeMap, at_s: Floats, likeness: Floats, direction: int) -> TimeMap | None:
    """The map, straight beyond where the recording is heard clearly, None where it is not even,
    or is heard to leave that line by far.
    """
    clear_s = at_s[likeness >= CLEAR_SHARE * float(np.percentile(likeness, 90))]
    outermost_s = float(clear_s[0] if direction < 0 else clear_s[-1])
    base_s = clear_s[np.abs(clear_s - outermost_s) <= EVEN_OVER_S]
    if len(base_s) < 2 * FEWEST_NODES:
        return None
    slope, offset, _, _ = theilslopes(time_map.track_s_at(base_s), base_s)
    off_base_s = np.abs(slope * base_s + offset - time_map.track_s_at(base_s))
    if float(np.median(off_base_s)) > EVEN_WITHIN_S:
        return None
    even = off_base_s <= 2 * EVEN_WITHIN_S
    edge_s = float(base_s[even][-1] if direction < 0 else base_s[even][0])
    line = np.array([slope, slope * edge_s + offset])
    beyond = (time_map.mix_s - edge_s) * direction > 0
    faint = ((at_s - edge_s) * direction > 0) & (likeness >= LIKE)
    off_s = np.abs(np.polyval(line, at_s[faint] - edge_s) - time_map.track_s_at(at_s[faint]))
    if not np.any(beyond) or (np.any(faint) and float(np.median(off_s)) > FEIGNED_S):
        return None
    track_s = time_map.track_s.copy()
    track_s[beyond] = np.polyval(line, time_map.mix_s[beyond] - edge_s)
    rising = np.concatenate([[True], np.diff(np.maximum.accumulate(track_s)) > 0])
    return TimeMap(mix_s=time_map.mix_s[rising], track_s=track_s[rising])


def _sure(lags: Lags) -> NDArray[np.bool_]:
    return np.isfinite(lags.lag_s) & (lags.likeness >= LIKE) & (lags.distinct >= DISTINCT)


def _beside(time_map: TimeMap, edge_s: float, direction: int) -> tuple[float, float]:
    other_s = float(np.clip(edge_s + direction * BACK_S, time_map.from_s, time_map.to_s))
    return min(edge_s, other_s), max(edge_s, other_s)


def _until(time_map: TimeMap, goal_s: float) -> TimeMap:
    """The map with straight knots added up to an instant outside it."""
    speed = _end_speed(time_map, goal_s)
    if goal_s < time_map.from_s:
        at = np.arange(goal_s, time_map.from_s - 0.25, 0.5)
        track = time_map.track_s[0] + (at - time_map.from_s) * speed
        return TimeMap(
            mix_s=np.concatenate([at, time_map.mix_s]), track_s=np.concatenate([track, time_map.track_s])
        )
    at = np.arange(goal_s, time_map.to_s + 0.25, -0.5)[::-1]
    track = time_map.track_s[-1] + (at - time_map.to_s) * speed
    return TimeMap(
        mix_s=np.concatenate([time_map.mix_s, at]), track_s=np.concatenate([time_map.track_s, track])
    )


def _end_speed(time_map: TimeMap, goal_s: float) -> float:
    """Track seconds per mix second over the last four seconds at the end that is nearer to ``goal_s``."""
    edge_s = time_map.from_s if goal_s < time_map.from_s else time_map.to_s
    inner_s = float(
        np.clip(edge_s + (BACK_S if edge_s == time_map.from_s else -BACK_S), time_map.from_s, time_map.to_s)
    )
    a, b = (float(x) for x in time_map.track_s_at([inner_s, edge_s]))
    return (b - a) / (edge_s - inner_s)


def _smoothed(
    time_map: TimeMap,
    at_s: Floats,
    lag_s: Floats,
    weight: Floats,
    over_s: float,
    only: tuple[float, float] | None = None,
) -> TimeMap:
    """The map moved by the smooth course of lags, with knots every half second.

    At each knot a parabola is fitted to the nodes around it, near ones and alike ones weighing more, outliers less
    (locally weighted regression, Cleveland 1979). Heard ``lag`` later means: what sounds at t was expected at t − lag.
    """
    knots = np.unique(np.append(np.arange(time_map.from_s, time_map.to_s, 0.5), time_map.to_s))
    if only is not None:
        knots = np.concatenate([time_map.mix_s, knots[(knots >= only[0]) & (knots <= only[1])]])
        knots = np.unique(knots)
    trust = np.ones(len(at_s))
    for _ in range(3):
        fitted = _local(at_s, lag_s, weight * trust, at_s, over_s)
        miss = np.abs(lag_s - fitted)
        scale = max(2e-4, 4.0 * float(np.median(miss)))
        trust = np.clip(1 - (miss / scale) ** 2, 1e-3, 1.0) ** 2
    moved = _local(at_s, lag_s, weight * trust, knots, over_s)
    if only is not None:
        moved = np.where((knots >= only[0]) & (knots <= only[1]), moved, 0.0)
    track_s = time_map.track_s_at(knots - moved)
    rising = np.concatenate([[True], np.diff(np.maximum.accumulate(track_s)) > 0])
    return TimeMap(mix_s=knots[rising], track_s=track_s[rising])


def _local(at_s: Floats, value: Floats, weight: Floats, wanted_s: Floats, over_s: float) -> Floats:
    out = np.zeros(len(wanted_s))
    for i, t in enumerate(wanted_s):
        x = at_s - t
        nearest = np.sort(np.abs(x))[: FEWEST_NODES * 2]
        reach = max(over_s, 1.2 * float(nearest[-1]))
        w = weight * np.clip(1 - (np.abs(x) / reach) ** 3, 0.0, 1.0) ** 3
        is_one_sided = not (np.any((x > 0.5) & (w > 0)) and np.any((x < -0.5) & (w > 0)))
        degree = min(1 if is_one_sided else 2, max(0, int(np.count_nonzero(w > 1e-6)) - 2))
        basis = np.vander(x / reach, degree + 1, increasing=True)
        ridge = 1e-9 * np.eye(degree + 1)
        out[i] = np.linalg.solve(basis.T @ (basis * w[:, None]) + ridge, basis.T @ (w * value))[0]
    return out
