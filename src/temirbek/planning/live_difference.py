"""From where on two plans of one set differ: what came before has sounded, and must stay as it was."""

import numpy as np

from temirbek.types import CONTROL_REST, Automation, Play, SetPlan, TempoCurve

SAME = 1e-9


def first_difference(old: SetPlan, new: SetPlan) -> float:
    """The first mix beat from which on the plans play anything differently; infinite where nowhere."""
    return min(_tempo(old, new), _plays(old, new), _hands(old, new), _end(old, new))


def _end(old: SetPlan, new: SetPlan) -> float:
    return float("inf") if old.end_beat == new.end_beat else min(old.end_beat, new.end_beat)


def _tempo(old: SetPlan, new: SetPlan) -> float:
    beats = np.union1d(old.tempo_beats, new.tempo_beats)
    curves = [TempoCurve(beats=p.tempo_beats, bpm=p.tempo_bpm).bpm_at(beats) for p in (old, new)]
    return _before_first(
        beats, np.abs(curves[0] - curves[1]) > SAME * curves[0], min(old.end_beat, new.end_beat)
    )


def _before_first(beats: np.ndarray, differs: np.ndarray, end_beat: float) -> float:
    """The last beat before straight lines part; beyond both plans' common end nothing counts."""
    found = np.flatnonzero(differs)
    if len(found) == 0:
        return float("inf")
    beat = float(beats[max(0, found[0] - 1)]) if found[0] else float("-inf")
    return beat if beat < end_beat else float("inf")


def _on_first(beats: np.ndarray, differs: np.ndarray, end_beat: float) -> float:
    """The first beat on which a jump goes elsewhere."""
    found = np.flatnonzero(differs)
    beat = float(beats[found[0]]) if len(found) else float("inf")
    return beat if beat < end_beat else float("inf")


def _plays(old: SetPlan, new: SetPlan) -> float:
    first = float("inf")
    for a, b in zip(old.plays, new.plays, strict=False):
        first = min(first, _play(a, b))
    n = min(len(old.plays), len(new.plays))
    for rest in (*old.plays[n:], *new.plays[n:]):
        first = min(first, rest.mix_from_beat)
    return first


def _play(a: Play, b: Play) -> float:
    """From where on one play sounds differently."""
    start = min(a.mix_from_beat, b.mix_from_beat)
    fixed = (
        "track_id",
        "deck",
        "track_from_beat",
        "mix_from_beat",
        "beat_ratio",
        "gain_db",
        "stretch",
        "nudge",
    )
    if any(getattr(a, name) != getattr(b, name) for name in fixed):
        return start
    places = [*_seams_that_differ(a, b)]
    if a.mix_to_beat != b.mix_to_beat:
        places.append(min(a.mix_to_beat, b.mix_to_beat))
    jumps_a, jumps_b = _jumps(a), _jumps(b)
    places += [beat for beat in jumps_a.keys() | jumps_b.keys() if jumps_a.get(beat) != jumps_b.get(beat)]
    return min(places, default=float("inf"))


def _jumps(play: Play) -> dict[float, float]:
    """Mix beats at which a play jumps back, and where to."""
    found, mix, track = {}, play.mix_from_beat, play.track_from_beat
    for loop in play.loops:
        for _ in range(loop.times):
            mix += (loop.end_beat - track) / play.beat_ratio
            track = loop.start_beat
            found[round(mix, 6)] = track
    return found


def _seams_that_differ(a: Play, b: Play) -> list[float]:
    """Seams that only one has, while both sound."""
    until = min(a.mix_to_beat, b.mix_to_beat) - 1.0
    return [beat for beat in set(a.seams) ^ set(b.seams) if beat < until]


def _hands(old: SetPlan, new: SetPlan) -> float:
    """From where on a control stands elsewhere."""
    lanes = [{(a.deck, a.control): a for a in plan.automation} for plan in (old, new)]
    first = float("inf")
    for place in lanes[0].keys() | lanes[1].keys():
        a, b = (lane.get(place) for lane in lanes)
        beats = np.union1d(*(np.zeros(0) if x is None else x.beats for x in (a, b)))
        until = min(old.end_beat, new.end_beat)
        apart = [
            np.abs(np.subtract(*(_values(x, beats, CONTROL_REST[place[1]], side) for x in (a, b)))) > SAME
            for side in ("left", "right")
        ]
        first = min(first, _before_first(beats, apart[0], until), _on_first(beats, apart[1], until))
    return first


def _values(lane: Automation | None, beats: np.ndarray, rest: float, side: str) -> np.ndarray:
    """What a control is just before or just after beats: two points on one beat are a jump."""
    if lane is None:
        return np.full(len(beats), rest)
    index = np.searchsorted(lane.beats, beats, side="left" if side == "left" else "right")
    is_point = (
        lane.beats[np.minimum(index, len(lane.beats) - 1)] == beats
        if side == "left"
        else lane.beats[np.maximum(index - 1, 0)] == beats
    )
    own = (
        lane.values[np.minimum(index, len(lane.beats) - 1)]
        if side == "left"
        else lane.values[np.maximum(index - 1, 0)]
    )
    return np.asarray(np.where(is_point, own, np.interp(beats, lane.beats, lane.values)))
