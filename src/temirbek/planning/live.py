"""The verbs of a live set: open it, ask something of it, let it go on.

A live set is a plan that grows. What has sounded, or is about to before anything could be changed, is *begun*: it
stays as it is, to the bit. What follows is chosen by the same code that plans whole sets
(:mod:`temirbek.planning.layout`): parts, shapes, automation and reasons, :data:`AHEAD` tracks ahead. A request is
granted as an entry of the journal, and everything that has not begun is laid out anew from the journal: so a request
is taken back by striking its entry. All verbs are pure: the same requests at the same beats give the same set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from temirbek.errors import InvalidInput, PlanImpossible
from temirbek.planning.automation import RESET_BEATS
from temirbek.planning.layout import Begun, Layout, lay_out_within_limits, plan_of
from temirbek.planning.live_ending import begun_over, ended
from temirbek.planning.live_order import next_round, upcoming
from temirbek.planning.live_state import LiveSet, Window
from temirbek.planning.material import ON_BEAT, Material
from temirbek.planning.plan import usable
from temirbek.planning.program import check_wishes, in_order
from temirbek.planning.timeline import with_points
from temirbek.types import SetPlan, SetWishes, TrackAnalysis

AHEAD = 4
"""So many tracks are laid out after the one that cannot be chosen any more, so that two of them stay as they are."""
LEAST_AHEAD = 2


def open_set(analyses: Sequence[TrackAnalysis], *, wishes: SetWishes, seed: int) -> LiveSet:
    """A live set before its first beat.

    Args:
        analyses: The tracks to choose from.
        wishes: What the person asks of it; without a length it is endless.
        seed: Decides between near equals.

    Raises:
        InvalidInput: A wish names a track or a place that is not there.
        PlanImpossible: Not a single track can be played, or the wishes cannot be kept together.
    """
    check_wishes(analyses, wishes)
    refused: dict[str, str] = {}
    materials = usable(analyses, refused)
    if not materials:
        reasons = "; ".join(f"{a.track.title}: {refused[a.track.id]}" for a in analyses)
        raise PlanImpossible(f"no set can be made of {len(analyses)} track(s): {reasons or 'none was given'}")
    order = [m.id for m in in_order(materials, refused, {}, wishes, seed)]
    crate = {m.id: m for m in materials}
    layout = changeable(_first_layout(crate, order, wishes))
    state = LiveSet(
        crate=crate,
        left_out=tuple(refused.items()),
        wishes=wishes,
        seed=seed,
        layout=layout,
        plan=_plan(layout, wishes, seed, tuple(refused.items())),
        coming=tuple(order[1:]),
        begun=(order[0],),
    )
    return state


def _first_layout(crate: Mapping[str, Material], order: list[str], wishes: SetWishes) -> Layout:
    """The first tracks of a set; one that finds no room between its neighbours is put off."""
    while order:
        n = len(order) if wishes.length_s is not None else min(len(order), AHEAD + 1)
        first = [crate[i] for i in order[:n]]
        layout = lay_out_within_limits(first, {}, length_s=wishes.length_s)
        if layout is not None:
            return layout
        shortest = min(first, key=lambda m: (m.end_beat - m.phrases[0], m.id))
        order.remove(shortest.id)
    raise PlanImpossible("no set can be made: every track is too short to be mixed in and out on its phrases")


def begun_at(state: LiveSet, beat: float) -> Begun:
    """What cannot be chosen any more if everything before a mix beat stays as it is."""
    layout = state.layout
    last = sum(joint.start - joint.shape.run_up_beats < beat - ON_BEAT for joint in layout.joints)
    slot = replace(layout.slots[last], holds=state.holds_of(last))
    window = state.window_of(last) or Window(play=last, leave_from=-np.inf, leave_to=np.inf)
    alone_from = layout.joints[last - 1].end if last else slot.start
    kept_to = 2 * state.entrance.swap_beat if state.entrance is not None and last == 0 else -np.inf
    change_from = max(beat, alone_from, kept_to)
    seams = [b for b in slot.seams if b >= change_from - ON_BEAT]
    return Begun(
        layout=Layout(
            slots=(*layout.slots[:last], slot),
            joints=layout.joints[:last],
            shapes=layout.shapes[:last],
            notes=layout.notes[:last],
            curve=layout.curve,
        ),
        leave_from=max(
            window.leave_from,
            slot.deck_beat_at(max(beat, kept_to)),
            *(h.start + h.length for h in slot.holds),
            -np.inf,
        ),
        leave_to=window.leave_to,
        curve_to=seams[0] if seams else float(np.ceil(change_from)),
    )


def go_on(state: LiveSet, earliest_beat: float) -> LiveSet:
    """The set as time passes: what has begun is noted, and what is laid out reaches far enough ahead again.

    Args:
        state: The set.
        earliest_beat: The first mix beat from which on the plan may still be changed.
    """
    begun = begun_at(state, earliest_beat + RESET_BEATS)
    state = with_begun(state, len(begun.layout.slots))
    laid_out = len(state.layout.slots) - len(begun.layout.slots)
    if laid_out > LEAST_AHEAD or state.ending is not None or not (state.is_endless or _waits(state, begun)):
        return state
    longer = laid_out_again(state, earliest_beat + RESET_BEATS)
    return state if longer is None else longer


def _waits(state: LiveSet, begun: Begun) -> bool:
    """Whether a track to come is not laid out yet."""
    ids = upcoming(state, begun.slot.material.id)
    return len(ids) > len(state.layout.slots) - len(begun.layout.slots)


def with_begun(state: LiveSet, n: int) -> LiveSet:
    """Notes which tracks have begun."""
    coming = list(state.coming)
    new = [slot.material.id for slot in state.layout.slots[len(state.begun) : n]]
    for track in new:
        if track in coming:
            coming.remove(track)
    return replace(state, begun=(*state.begun, *new), coming=tuple(coming)) if new else state


def laid_out_again(state: LiveSet, earliest_beat: float) -> LiveSet | None:
    """The set with everything that has not begun chosen anew from its journal; None where nothing fits.

    Args:
        state: The set, with the journal that is to hold.
        earliest_beat: The first mix beat from which on the plan may still be changed.
    """
    begun = begun_at(state, earliest_beat)
    state = with_begun(state, len(begun.layout.slots))
    state = with_rounds(state, begun)
    ids = list(upcoming(state, begun.slot.material.id))
    if not ids:
        return _laid_out(state, begun, ids)
    if _laid_out(state, begun, ids[:1]) is None and (begun.leave_to < np.inf or len(ids) == 1):
        return None
    while ids:
        for n in range(min(AHEAD, len(ids)), 0, -1) if state.is_endless else (len(ids),):
            longer = _laid_out(state, begun, ids[:n])
            if longer is not None:
                return longer
        first = [state.crate[i] for i in ids[:AHEAD]]
        ids.remove(min(first, key=lambda m: (m.end_beat - m.phrases[0], m.id)).id)
    return None


def _laid_out(state: LiveSet, begun: Begun, ids: Sequence[str]) -> LiveSet | None:
    """The set with some tracks behind what has begun; None where they do not fit."""
    order = [begun.slot.material, *(state.crate[i] for i in ids)]
    layout = lay_out_within_limits(order, {}, length_s=_rest_s(state, begun), begun=begun)
    return None if layout is None else with_layout(state, changeable(layout))


def with_layout(state: LiveSet, layout: Layout) -> LiveSet:
    """The set with everything laid out as it is to be, and faded out where that was asked."""
    plan = _plan(layout, state.wishes, state.seed, state.left_out)
    if state.ending is not None:
        plan = ended(plan, state.ending)
    if state.entrance is not None:
        plan = begun_over(plan, state.entrance)
    return replace(state, layout=layout, plan=plan)


def with_rounds(state: LiveSet, begun: Begun) -> LiveSet:
    """An endless set with another round of tracks behind those to come, where they are getting few."""
    ids = upcoming(state, begun.slot.material.id)
    if not state.is_endless or len(ids) > AHEAD:
        return state
    last = ids[-1] if ids else begun.slot.material.id
    playable = [i for i in state.crate if i not in state.skipped] or list(state.crate)
    seed = state.seed + len(state.begun)
    another = next_round(state.crate, playable, last, seed, state.wishes.energy_arc)
    return with_rounds(replace(state, coming=(*state.coming, *another)), begun)


def _rest_s(state: LiveSet, begun: Begun) -> float | None:
    """What is left of a wished length when the last track that has begun takes the bass [s]."""
    if state.wishes.length_s is None:
        return None
    spent_s = sum(
        (slot.swap_out - slot.swap_in) * 60.0 / slot.material.tempo_bpm for slot in begun.layout.slots[:-1]
    )
    return max(1.0, state.wishes.length_s - spent_s)


def _plan(layout: Layout, wishes: SetWishes, seed: int, left_out: tuple[tuple[str, str], ...]) -> SetPlan:
    return plan_of(layout, seed, left_out, is_full=wishes.length_s is None, is_live=True)


def changeable(layout: Layout) -> Layout:
    """The same with points of the tempo wherever it may be changed one day."""
    beats = sorted({beat for slot in layout.slots for beat in slot.seams})
    return replace(layout, curve=with_points(layout.curve, beats))


def require_known(state: LiveSet, track: str) -> Material:
    """A track of the crate.

    Raises:
        InvalidInput: It is not there.
    """
    if track not in state.crate:
        titles = ", ".join(f"{m.id[:8]} ({m.title})" for m in list(state.crate.values())[:20])
        raise InvalidInput(f"there is no track {track!r} to play; there are {titles}")
    return state.crate[track]
