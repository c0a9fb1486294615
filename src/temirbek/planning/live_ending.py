"""A plan that fades out before its time."""

from dataclasses import replace

import numpy as np

from temirbek.planning.live_state import Ending
from temirbek.types import Automation, Deck, SetPlan

FADE_POINTS = 17
DECKS: tuple[Deck, Deck] = ("A", "B")


def faded_out(plan: SetPlan, ending: Ending) -> SetPlan:
    """The plan until it has faded out: both faders come down, what would begin later is left out."""
    plays = tuple(p for p in plan.plays if p.mix_from_beat < ending.to_beat)
    transitions = plan.transitions[: len(plays) - 1]
    if transitions and transitions[-1].swap_beat > ending.to_beat:
        transitions = (*transitions[:-1], replace(transitions[-1], swap_beat=ending.to_beat))
    lanes = [lane for lane in plan.automation if lane.control != "fader"]
    faders = {lane.deck: lane for lane in plan.automation if lane.control == "fader"}
    return replace(
        plan,
        plays=plays,
        transitions=transitions,
        automation=(*(_faded(deck, faders.get(deck), ending) for deck in DECKS), *lanes),
        end_beat=ending.to_beat,
    )


def _faded(deck: Deck, fader: Automation | None, ending: Ending) -> Automation:
    """A fader that comes down from where it is, at even power."""
    fade = np.linspace(ending.from_beat, ending.to_beat, FADE_POINTS)
    if fader is None:
        fader = Automation(deck=deck, control="fader", beats=np.array([0.0]), values=np.array([1.0]))
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
