"""What must hold between the parts of a plan, and between a plan and its tracks, so that it can be played."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from temirbek.show.faults import meant
from temirbek.show.plan_model import AutomationModel, PlanModel, PlayModel, TempoModel, TransitionModel
from temirbek.types import CONTROLS, Play, SetPlan, TempoCurve, TrackAnalysis

SAME_BEAT = 1e-3
ROUNDING = 1e-9
"""As exact as :class:`temirbek.types.Play` itself wants its loops."""
SAME_S = 0.005
MOST_SPEED = 1.5
"""A track is played at most this many times faster or slower than it was recorded."""
MOST_TRIM = 4.0
"""Linear gain, 12 dB."""

_RANGE = {**dict.fromkeys(CONTROLS, (0.0, 1.0)), "filter": (-1.0, 1.0), "trim": (0.0, MOST_TRIM)}

Tracks = Mapping[str, TrackAnalysis]


def broken_laws(
    plays: Sequence[PlayModel | None],
    transitions: Sequence[TransitionModel | None],
    automation: Sequence[AutomationModel | None],
    tempo: TempoModel | None,
    end_beat: float | None,
    tracks: Tracks,
    known: Mapping[str, str],
) -> list[str]:
    """Every law that is broken, with its place in the file; parts that are None are passed over."""
    return [
        *itertools.chain.from_iterable(
            _in_track(k, play, tracks, known) for k, play in enumerate(plays) if play
        ),
        *_one_after_another(plays),
        *_transitions(plays, transitions),
        *_controls(automation),
        *_tempo(tempo),
        *_speeds(plays, tempo, tracks),
        *_end(plays, end_beat),
    ]


def _in_track(k: int, play: PlayModel, tracks: Tracks, known: Mapping[str, str]) -> Iterator[str]:
    """What a play asks of its track."""
    here = f"plays[{k}]"
    if play.track_to_beat <= play.track_from_beat:
        yield f"{here}.track_to_beat: {play.track_to_beat:g} does not come after track_from_beat ({play.track_from_beat:g})"
    yield from _loops(here, play)
    beats = [beat for beat, _ in play.nudge]
    if beats != sorted(beats):
        yield f"{here}.nudge: its points are not in order of their mix beats"
    if play.track_id not in tracks:
        yield f"{here}.track_id: {play.track_id!r} is none of the {len(known)} recordings given{_near(play, known)}"
        return
    analysis = tracks[play.track_id]
    grid, duration_s = analysis.beat_grid, analysis.track.duration_s
    first, last = float(grid.beat_at(0.0)), float(grid.beat_at(duration_s))
    for name, beat in (("track_from_beat", play.track_from_beat), ("track_to_beat", play.track_to_beat)):
        if beat < first - SAME_BEAT:
            yield f"{here}.{name}: {beat:g} lies before the track's beginning ({first:.4g})"
        if beat > last + SAME_BEAT:
            yield f"{here}.{name}: {beat:g} lies after the track's end ({last:.4g})"


def _near(play: PlayModel, known: Mapping[str, str]) -> str:
    """Which recording may be meant: the one with the file name that stands beside the id, or with a similar id."""
    named = [track_id for track_id, name in known.items() if name == play.file]
    return f"; {play.file} has the id {named[0]!r}" if named else meant(play.track_id, list(known))


def _loops(here: str, play: PlayModel) -> Iterator[str]:
    at = play.track_from_beat
    for i, loop in enumerate(play.loops):
        if loop.start_beat < at - ROUNDING:
            yield f"{here}.loops[{i}].start_beat: {loop.start_beat:g} lies before {at:g}, where the part or the loop before it ends"
        at = loop.start_beat + loop.length_beats
    if play.loops and at > play.track_to_beat + ROUNDING:
        yield f"{here}.loops[{len(play.loops) - 1}]: ends at beat {at:g}, after the part's end ({play.track_to_beat:g})"


def _one_after_another(plays: Sequence[PlayModel | None]) -> Iterator[str]:
    """Decks alternate, and each has one record on it at a time."""
    if plays and (first := plays[0]) and first.mix_from_beat > SAME_BEAT:
        yield f"plays[0].mix_from_beat: {first.mix_from_beat:g}; the set would begin with silence, 0 is its first downbeat"
    for k, (one, two) in enumerate(itertools.pairwise(plays)):
        if one is None or two is None:
            continue
        if one.deck == two.deck:
            yield f"plays[{k + 1}].deck: {two.deck!r}, as plays[{k}]; consecutive plays alternate between A and B"
        if two.mix_from_beat < one.mix_from_beat:
            yield f"plays[{k + 1}].mix_from_beat: {two.mix_from_beat:g} comes before plays[{k}] ({one.mix_from_beat:g})"
        if two.mix_from_beat > _mix_to(one) + SAME_BEAT:
            yield f"plays[{k + 1}].mix_from_beat: {two.mix_from_beat:g}; plays[{k}] ends at {_mix_to(one):g}, silence would lie between"
    for k, (first, third) in enumerate(zip(plays, plays[2:], strict=False)):
        if first and third and first.deck == third.deck and third.mix_from_beat < _mix_to(first) - SAME_BEAT:
            yield f"plays[{k + 2}].mix_from_beat: {third.mix_from_beat:g}; deck {third.deck} plays plays[{k}] until {_mix_to(first):g}"


def _transitions(
    plays: Sequence[PlayModel | None], transitions: Sequence[TransitionModel | None]
) -> Iterator[str]:
    if plays and len(transitions) != len(plays) - 1:
        yield f"transitions: {len(transitions)} for {len(plays)} plays; expected {len(plays) - 1}, one between each two"
    swap = -np.inf
    for k, t in enumerate(transitions):
        if t is None:
            continue
        here, end = f"transitions[{k}]", t.start_beat + t.length_beats
        if t.from_play != k:
            yield f"{here}.from_play: {t.from_play}; expected {k}, transitions stand in order"
        if not t.start_beat - SAME_BEAT <= t.swap_beat <= end + SAME_BEAT:
            yield f"{here}.swap_beat: {t.swap_beat:g} lies outside the transition ({t.start_beat:g} to {end:g})"
        if t.swap_beat < swap:
            yield f"{here}.swap_beat: {t.swap_beat:g} comes before that of transitions[{k - 1}] ({swap:g})"
        swap = t.swap_beat
        if k + 1 < len(plays):
            yield from _between(here, t, k, plays[k], plays[k + 1])


def _between(
    here: str, t: TransitionModel, k: int, leaves: PlayModel | None, comes: PlayModel | None
) -> Iterator[str]:
    """A transition lies where its two plays meet."""
    if leaves and t.start_beat > _mix_to(leaves) + SAME_BEAT:
        yield f"{here}.start_beat: {t.start_beat:g} lies after the end of plays[{k}] ({_mix_to(leaves):g})"
    if leaves and t.start_beat < leaves.mix_from_beat - SAME_BEAT:
        yield f"{here}.start_beat: {t.start_beat:g} lies before the start of plays[{k}] ({leaves.mix_from_beat:g})"
    if comes and t.swap_beat < comes.mix_from_beat - SAME_BEAT:
        yield f"{here}.swap_beat: {t.swap_beat:g} lies before the start of plays[{k + 1}] ({comes.mix_from_beat:g})"
    if comes and t.swap_beat > _mix_to(comes) + SAME_BEAT:
        yield f"{here}.swap_beat: {t.swap_beat:g} lies after the end of plays[{k + 1}] ({_mix_to(comes):g})"


def _controls(automation: Sequence[AutomationModel | None]) -> Iterator[str]:
    seen: dict[tuple[str, str], int] = {}
    for k, lane in enumerate(automation):
        if lane is None:
            continue
        here = f"automation[{k}]"
        first = seen.setdefault((lane.deck, lane.control), k)
        if first != k:
            yield f"{here}: the {lane.control} of deck {lane.deck} is told twice, in automation[{first}] too"
        if len(lane.beats) != len(lane.values):
            yield f"{here}.values: {len(lane.values)} for {len(lane.beats)} beats; expected one each"
        for i, (a, b) in enumerate(itertools.pairwise(lane.beats)):
            if b < a:
                yield f"{here}.beats[{i + 1}]: {b:g} comes before beats[{i}] ({a:g})"
        least, most = _RANGE[lane.control]
        for i, value in enumerate(lane.values):
            if not least - 1e-9 <= value <= most + 1e-9:
                yield f"{here}.values[{i}]: {value:g}; {lane.control} goes from {least:g} to {most:g}"


def _tempo(tempo: TempoModel | None) -> Iterator[str]:
    if tempo is None:
        return
    if len(tempo.beats) != len(tempo.bpm):
        yield f"tempo.bpm: {len(tempo.bpm)} for {len(tempo.beats)} beats; expected one each"
    for i, (a, b) in enumerate(itertools.pairwise(tempo.beats)):
        if b <= a:
            yield f"tempo.beats[{i + 1}]: {b:g} does not come after beats[{i}] ({a:g})"


def _speeds(plays: Sequence[PlayModel | None], tempo: TempoModel | None, tracks: Tracks) -> Iterator[str]:
    """Nothing is stretched beyond recognition."""
    if tempo is None or any(_tempo(tempo)):
        return
    for k, play in enumerate(plays):
        if play is None or play.track_id not in tracks or play.track_to_beat <= play.track_from_beat:
            continue
        beats = np.linspace(play.mix_from_beat, _mix_to(play), 64)
        own_bpm = tracks[play.track_id].beat_grid.tempo_bpm / play.beat_ratio
        speed = np.interp(beats, tempo.beats, tempo.bpm) / own_bpm
        worst = float(speed[np.argmax(np.abs(np.log(speed)))])
        if not 1 / MOST_SPEED <= worst <= MOST_SPEED:
            yield (
                f"plays[{k}]: at {worst * own_bpm:.4g} BPM this track of {own_bpm:.4g} BPM would run "
                f"{worst:.2g} times as fast; mend tempo.bpm or beat_ratio (allowed: {1 / MOST_SPEED:.2g} to {MOST_SPEED:g})"
            )


def _end(plays: Sequence[PlayModel | None], end_beat: float | None) -> Iterator[str]:
    if end_beat is None or not plays or (last := plays[-1]) is None:
        return
    if end_beat > _mix_to(last) + SAME_BEAT:
        yield f"end_beat: {end_beat:g} lies after the end of the last play ({_mix_to(last):g})"
    if end_beat <= last.mix_from_beat:
        yield f"end_beat: {end_beat:g} lies before the last play ({last.mix_from_beat:g})"


def _mix_to(play: PlayModel) -> float:
    """The mix beat at which a play ends, loops included."""
    again = sum(loop.length_beats * loop.times for loop in play.loops)
    return play.mix_from_beat + (play.track_to_beat - play.track_from_beat + again) / play.beat_ratio


def stale_extras(model: PlanModel, plan: SetPlan, tracks: Tracks) -> Iterator[str]:
    """One note that lists the keys for reading which contradict those that are rendered, if any do."""
    curve = TempoCurve(beats=plan.tempo_beats, bpm=plan.tempo_bpm)
    opening_s = float(curve.seconds_at(min(play.mix_from_beat for play in plan.plays)))

    def mix_s(beat: float) -> float:
        return float(curve.seconds_at(beat)) - opening_s

    true: dict[str, tuple[float | str | None, float | str]] = {
        "end_s": (model.end_s, mix_s(plan.end_beat)),
    }
    for k, (written, play) in enumerate(zip(model.plays, plan.plays, strict=True)):
        for name, value in _extras_of_play(play, tracks[play.track_id], mix_s).items():
            true[f"plays[{k}].{name}"] = (getattr(written, name), value)
    for k, t in enumerate(model.transitions):
        end_s = mix_s(t.start_beat + t.length_beats)
        true[f"transitions[{k}].start_s"] = (t.start_s, mix_s(t.start_beat))
        true[f"transitions[{k}].swap_s"] = (t.swap_s, mix_s(t.swap_beat))
        true[f"transitions[{k}].end_s"] = (t.end_s, end_s)
    stale = [
        f"{name} ({_say(came)}, is {_say(is_)})" for name, (came, is_) in true.items() if not _same(came, is_)
    ]
    if stale:
        yield f"for reading only, and passed over where the beats say otherwise: {', '.join(stale)}"


def _extras_of_play(
    play: Play, analysis: TrackAnalysis, mix_s: Callable[[float], float]
) -> dict[str, float | str]:
    grid = analysis.beat_grid
    return {
        "title": analysis.track.title,
        "file": analysis.track.path.name,
        "track_from_s": float(grid.time_at(play.track_from_beat)),
        "track_to_s": float(grid.time_at(play.track_to_beat)),
        "mix_to_beat": play.mix_to_beat,
        "mix_from_s": mix_s(play.mix_from_beat),
        "mix_to_s": mix_s(play.mix_to_beat),
    }


def _same(came: float | str | None, is_: float | str) -> bool:
    if came is None:
        return True
    if isinstance(came, str) or isinstance(is_, str):
        return came == is_
    return abs(came - is_) <= SAME_S


def _say(value: float | str | None) -> str:
    return f"{value:.6g}" if isinstance(value, float | int) else repr(value)
