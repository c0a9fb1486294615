"""What was heard in a rendered transition, written into its plan: nudges and trims.

A nudge holds through the whole transition and leaves while its track plays alone, over 32 beats where there is room: the
deck's speed then differs by less than a thousandth. Where the next transition follows too closely, the nudge is carried
through it (the next track is nudged by as much, so what was heard there stays true) and leaves afterwards. A trim is
gain on both decks, at rest outside its transition.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from temirbek.errors import InvalidInput
from temirbek.types import CONTROL_REST, Adjustment, Automation, Deck, Play, SetPlan

RETURN_BEATS = 32.0
SHORTEST_RETURN_BEATS = 16.0
TRIM_REST_BEATS = 4.0
"""A trim comes and goes over so many beats outside its first and last point."""

Points = tuple[tuple[float, float], ...]


def adjusted(plan: SetPlan, adjustments: Mapping[int, Adjustment]) -> SetPlan:
    """The plan with its transitions adjusted to what was heard.

    Args:
        plan: Without earlier nudges; trims in it stay, and are multiplied.
        adjustments: By index of the transition; transitions without one stay as they are.

    Returns:
        The same order, parts, tempo and styles, with nudges on incoming plays and "trim" lanes on both decks.

    Raises:
        InvalidInput: There is no such transition.
    """
    unknown = [k for k in adjustments if not 0 <= k < len(plan.transitions)]
    if unknown:
        raise InvalidInput(f"transition {unknown[0]} is to be adjusted; the plan has {len(plan.transitions)}")
    trims = sorted(
        point for k in sorted(adjustments) for point in _with_rests(plan, k, adjustments[k].trim_db)
    )
    return replace(
        plan, plays=_nudged(plan, adjustments), automation=_trimmed(plan.automation, _without_doubles(trims))
    )


def _nudged(plan: SetPlan, adjustments: Mapping[int, Adjustment]) -> tuple[Play, ...]:
    """Plays with nudges; what one cannot give back before it goes is carried by the next."""
    plays = list(plan.plays)
    carried_s = 0.0
    for k, transition in enumerate(plan.transitions):
        own = adjustments[k].nudge_s if k in adjustments else 0.0
        nudge_s = carried_s + own
        carried_s = 0.0
        if nudge_s == 0.0:
            continue
        play = plays[k + 1]
        is_last = k + 1 == len(plan.transitions)
        free_to = play.mix_to_beat if is_last else plan.transitions[k + 1].start_beat
        alone = free_to - transition.end_beat
        points: Points = ((play.mix_from_beat, nudge_s),)
        if alone >= SHORTEST_RETURN_BEATS:
            end = transition.end_beat + min(RETURN_BEATS, alone)
            points = ((transition.end_beat, nudge_s), (end, 0.0))
        elif not is_last:
            carried_s = nudge_s
        plays[k + 1] = replace(play, nudge=points)
    return tuple(plays)


def _with_rests(plan: SetPlan, k: int, trim_db: Points) -> Points:
    """The points of one transition's trim, at rest before and after, and not beyond the neighbouring transitions."""
    if not trim_db:
        return ()
    ordered = sorted(trim_db)
    start, end = ordered[0][0] - TRIM_REST_BEATS, ordered[-1][0] + TRIM_REST_BEATS
    if k:
        start = min(ordered[0][0], max(start, plan.transitions[k - 1].end_beat))
    if k + 1 < len(plan.transitions):
        end = max(ordered[-1][0], min(end, plan.transitions[k + 1].start_beat))
    return ((start, 0.0), *ordered, (end, 0.0))


def _without_doubles(points: list[tuple[float, float]]) -> Points:
    """Points on one beat are one point: the gain of the strongest."""
    best: dict[float, float] = {}
    for beat, gain_db in points:
        if beat not in best or abs(gain_db) > abs(best[beat]):
            best[beat] = gain_db
    return tuple(sorted(best.items()))


def _trimmed(automation: tuple[Automation, ...], trims_db: Points) -> tuple[Automation, ...]:
    """All lanes, with the trims on both decks."""
    if not trims_db:
        return automation
    known = {lane.deck: lane for lane in automation if lane.control == "trim"}
    lanes = [lane for lane in automation if lane.control != "trim"]
    decks: tuple[Deck, ...] = ("A", "B")
    return (*lanes, *(_trim_lane(deck, known.get(deck), trims_db) for deck in decks))


def _trim_lane(deck: Deck, known: Automation | None, trims_db: Points) -> Automation:
    beats = np.array([beat for beat, _ in trims_db])
    gains = 10 ** (np.array([gain_db for _, gain_db in trims_db]) / 20)
    if known is not None:
        every = np.union1d(beats, known.beats)
        gains = np.interp(every, beats, gains, left=CONTROL_REST["trim"], right=CONTROL_REST["trim"])
        beats, gains = every, gains * known.at(every)
    return Automation(deck=deck, control="trim", beats=beats, values=gains)
