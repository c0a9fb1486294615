"""A set that is shared with a human DJ: our deck leaves on a phrase, and comes back on the human's.

To the human: our track plays on to the end of its phrase, thins out under a high-pass over the last two bars, and leaves
in an echo that rings on the beat, over the human's music. Back to the robot: our next track begins on a phrase of the
human's at the human's tempo; it comes in softly and without bass, takes the bass a phrase later, keeps the human's
tempo for as long again, and only then goes back to its own, no faster than in any other set. The human's fader wins:
nothing here asks whether the human has left.
"""

from dataclasses import replace

import numpy as np

from temirbek.planning.automation import FILTER_BEATS
from temirbek.planning.compatibility import MAX_STRETCH, pair_costs, tempo_gap
from temirbek.planning.layout import Begun, lay_out_within_limits
from temirbek.planning.live import changeable, with_layout, with_rounds
from temirbek.planning.live_order import upcoming
from temirbek.planning.live_state import Ending, Entrance, LiveSet, Wish
from temirbek.planning.material import ON_BEAT, Material
from temirbek.planning.timeline import joined_curve
from temirbek.types import TempoCurve

PHRASE_BARS = 8
AHEAD = 4


def leaving_wishes(state: LiveSet, begun: Begun, earliest_beat: float) -> list[Wish]:
    """Ways to leave to the human: at the end of a phrase, the first of them first.

    Args:
        state: The set.
        begun: What cannot be chosen any more.
        earliest_beat: The first mix beat from which on the plan may still be changed.
    """
    slot = begun.slot
    first = slot.deck_beat_at(earliest_beat) + FILTER_BEATS
    phrases = [float(b) for b in slot.material.boundaries if b >= max(first, begun.on_its_way.free) - ON_BEAT]
    wishes = []
    for phrase in phrases or [float(np.ceil(first))]:
        leaves = slot.first_heard(phrase)
        wishes.append(
            Wish(
                number=0,
                command="hand_over",
                payload={"to": "human"},
                words=f"{slot.material.title} leaves to the human at the end of its phrase",
                undone="the robot would play on",
                effect_beat=leaves - FILTER_BEATS,
                ending=Ending(from_beat=leaves - FILTER_BEATS, to_beat=leaves, style="echo"),
            )
        )
    return wishes


def taken_over(state: LiveSet, tempo_bpm: float) -> LiveSet | None:
    """The set as it begins anew over the human's music; mix beat 0 is a phrase of the human's.

    Args:
        state: The set that was handed over.
        tempo_bpm: The human's tempo.

    Returns:
        The set from its next track on that can be played at that tempo; None where there is none.
    """
    last = state.begun[-1]
    waiting = with_rounds(state, _all_begun(state))
    ids = list(upcoming(waiting, last))
    fitting = [i for i in ids if _follows(state.crate[i], tempo_bpm)]
    if not fitting:
        everything = [
            i for i in state.crate if i not in state.skipped and _follows(state.crate[i], tempo_bpm)
        ]
        if not everything:
            return None
        cost = pair_costs([state.crate[i] for i in (last, *everything)])[0, 1:]
        fitting = [everything[int(np.argmin(cost))]]
    first = fitting[0]
    rest = list(ids)
    if first in rest:
        rest.remove(first)
    entrance = Entrance(
        tempo_bpm=tempo_bpm,
        swap_beat=PHRASE_BARS * float(state.crate[first].analysis.beat_grid.beats_per_bar),
    )
    anew = replace(
        waiting,
        journal=tuple(replace(w, n_begun=0) for w in state.journal if w.command == "dj_skip"),
        coming=tuple(rest),
        begun=(first,),
        entrance=entrance,
    )
    return _laid_out_over(anew, [first, *[i for i in rest if i != first][:AHEAD]], entrance)


def _laid_out_over(state: LiveSet, ids: list[str], entrance: Entrance) -> LiveSet | None:
    """The first tracks, the first of them at the human's tempo until two phrases are over."""
    for n in range(len(ids), 0, -1):
        order = [state.crate[i] for i in ids[:n]]
        layout = lay_out_within_limits(order, {}, length_s=None)
        if layout is None or (layout.joints and layout.joints[0].start < 2 * entrance.swap_beat):
            continue
        theirs = TempoCurve(beats=np.array([0.0]), bpm=np.array([entrance.tempo_bpm]))
        curve = joined_curve(theirs, layout.curve, 2 * entrance.swap_beat, layout.joints)
        return with_layout(state, changeable(replace(layout, curve=curve)))
    return None


def _follows(material: Material, tempo_bpm: float) -> bool:
    """Whether a track can be played at a tempo."""
    return tempo_gap(material.tempo_bpm, tempo_bpm) <= MAX_STRETCH and material.is_grid_sure


def _all_begun(state: LiveSet) -> Begun:
    """Everything that was laid out counts as begun."""
    return Begun(layout=state.layout, leave_from=-np.inf, leave_to=np.inf, curve_to=0.0)
