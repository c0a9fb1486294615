"""How a live set begins and ends other than by its own tracks: a fade, an echo over the human's music, a way in over it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from temirbek.planning.automation import (
    FILTER_BEATS,
    FILTER_CLOSED,
    SEND_BEATS,
    SENDS_OF,
    SWAP_BEATS,
)
from temirbek.planning.live_state import Ending, Entrance
from temirbek.types import CONTROL_REST, Automation, Control, Deck, SetPlan

FADE_POINTS = 17
RING_BEATS = 16.0
"""So long an echo is heard after the fader is down."""
DECKS: tuple[Deck, Deck] = ("A", "B")
Points = Sequence[tuple[float, float]]


def ended(plan: SetPlan, ending: Ending) -> SetPlan:
    """The plan until its early end; what would begin later is left out."""
    is_echo = ending.style == "echo"
    end_beat = ending.to_beat + (RING_BEATS if is_echo else 0.0)
    plays = tuple(p for p in plan.plays if p.mix_from_beat < ending.to_beat)
    transitions = plan.transitions[: len(plays) - 1]
    if transitions and transitions[-1].swap_beat > ending.to_beat:
        transitions = (*transitions[:-1], replace(transitions[-1], swap_beat=ending.to_beat))
    lanes = {(lane.deck, lane.control): lane for lane in plan.automation}
    for deck in DECKS:
        lanes[deck, "fader"] = _faded(deck, lanes.get((deck, "fader")), ending)
        if is_echo:
            for control, points in _echoed(ending.to_beat).items():
                lanes[deck, control] = _from_then_on(lanes.get((deck, control)), deck, control, points)
    return replace(
        plan, plays=plays, transitions=transitions, automation=tuple(lanes.values()), end_beat=end_beat
    )


def begun_over(plan: SetPlan, entrance: Entrance) -> SetPlan:
    """The plan with its first track coming in over somebody else's music: softly, and without bass until the swap."""
    rise = np.linspace(0.0, entrance.swap_beat / 2, FADE_POINTS)
    fader = [(float(b), float(np.sin(np.pi * b / entrance.swap_beat))) for b in rise]
    low = [(0.0, 0.0), (entrance.swap_beat - SWAP_BEATS, 0.0), (entrance.swap_beat, 1.0)]
    lanes = {(lane.deck, lane.control): lane for lane in plan.automation}
    ways: tuple[tuple[Control, Points], ...] = (("fader", fader), ("low", low))
    for control, points in ways:
        lanes["A", control] = _up_to_then(lanes.get(("A", control)), control, points)
    return replace(plan, automation=tuple(lanes.values()))


def _faded(deck: Deck, fader: Automation | None, ending: Ending) -> Automation:
    """A fader that comes down from where it is, at even power; before an echo at once."""
    if fader is None:
        fader = Automation(deck=deck, control="fader", beats=np.array([0.0]), values=np.array([1.0]))
    if ending.style == "echo":
        return _from_then_on(
            fader, deck, "fader", [(ending.to_beat, float(fader.at(ending.to_beat))), (ending.to_beat, 0.0)]
        )
    fade = np.linspace(ending.from_beat, ending.to_beat, FADE_POINTS)
    is_inside = (fader.beats > ending.from_beat) & (fader.beats < ending.to_beat)
    after = np.concatenate([fade, fader.beats[is_inside]])
    values = np.concatenate([fader.at(fade), fader.values[is_inside]])
    order = np.argsort(after, kind="stable")
    share = (after[order] - ending.from_beat) / (ending.to_beat - ending.from_beat)
    before = fader.beats <= ending.from_beat
    return Automation(
        deck=deck,
        control="fader",
        beats=np.concatenate([fader.beats[before], after[order]]),
        values=np.concatenate([fader.values[before], values[order] * np.cos(np.pi / 2 * share)]),
    )


def _echoed(leaves: float) -> dict[Control, Points]:
    """What the hands do before a deck leaves in an echo: a high-pass closes, the last beats are sent."""
    moves: dict[Control, Points] = {"filter": [(leaves - FILTER_BEATS, 0.0), (leaves, FILTER_CLOSED)]}
    for control, send in SENDS_OF["echo_out"].items():
        moves[control] = [(leaves - SEND_BEATS, 0.0), (leaves, send), (leaves, 0.0)]
    return moves


def _from_then_on(lane: Automation | None, deck: Deck, control: Control, points: Points) -> Automation:
    """A lane up to the first of some points, and from there on along them."""
    beats, values = zip(*points, strict=True)
    if lane is None:
        rest = CONTROL_REST[control]
        lane = Automation(deck=deck, control=control, beats=np.array([beats[0]]), values=np.array([rest]))
    before = lane.beats < beats[0]
    here = float(lane.at(beats[0]))
    return Automation(
        deck=deck,
        control=control,
        beats=np.array([*lane.beats[before], beats[0], *beats]),
        values=np.array([*lane.values[before], here, *values]),
    )


def _up_to_then(lane: Automation | None, control: Control, points: Points) -> Automation:
    """A lane along some points, and after the last of them as it was."""
    beats, values = zip(*points, strict=True)
    after = np.zeros(0, dtype=bool) if lane is None else lane.beats > beats[-1]
    rest_beats = [] if lane is None else lane.beats[after].tolist()
    rest_values = [] if lane is None else lane.values[after].tolist()
    return Automation(
        deck="A",
        control=control,
        beats=np.array([*beats, *rest_beats]),
        values=np.array([*values, *rest_values]),
    )
