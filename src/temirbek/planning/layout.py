"""A set that fits: parts, transitions and tempo of tracks in a given order, and the plan that is made of them.

What has been committed to sound may be handed in (:class:`Begun`): then only what follows is chosen, and the tempo
goes on from where it is. A whole set is the case in which nothing has begun.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from temirbek.planning.automation import Occupancy, automate
from temirbek.planning.material import ON_BEAT, Material
from temirbek.planning.parts import OnItsWay, choose_parts, is_far
from temirbek.planning.places import Loops
from temirbek.planning.reasons import why_this_track, why_this_transition
from temirbek.planning.shapes import Shape, fallback_of, shapes_for
from temirbek.planning.timeline import (
    Joint,
    Slot,
    joined_curve,
    largest_stretch,
    lay_out,
    steepest_rise,
    tempo_curve,
)
from temirbek.types import Loop, Play, SetPlan, TempoCurve, Transition, TransitionStyle

Unfit = Mapping[tuple[str, str], Mapping[TransitionStyle, str]]

REFERENCE_LUFS = -14.0
MAX_GAIN_DB = 15.0
STRETCH_LIMIT = 0.06
VARISPEED_LIMIT = 0.01
MOST_RISE = 0.025
"""Where a set that sounds is changed, its tempo moves by this share in a bar at most, or nothing is laid over it."""
MAX_LEAD_IN_S = 8.0
"""In a full set, so much of what the first track sounds before its first phrase is played too."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """A set that fits: slots, joints, shapes to choose from, tempo, and why blends were given up (by joint)."""

    slots: tuple[Slot, ...]
    joints: tuple[Joint, ...]
    shapes: tuple[tuple[Shape, ...], ...]
    curve: TempoCurve
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Begun:
    """What cannot be chosen any more.

    Attributes:
        layout: Of all that has begun, without what follows: its last slot's way in holds, its way out is free.
        leave_from, leave_to: Between which deck beats the last slot may leave.
        curve_to: The mix beat up to which the layout's tempo curve holds, a seam of the deck.
    """

    layout: Layout
    leave_from: float
    leave_to: float
    curve_to: float

    @property
    def slot(self) -> Slot:
        """The last one."""
        return self.layout.slots[-1]

    @property
    def on_its_way(self) -> OnItsWay:
        """The last slot, as the choice of parts needs to know it."""
        before = self.layout.joints[-1] if self.layout.joints else None
        return OnItsWay(
            start=self.slot.part.start,
            swap_in=self.slot.part.swap_in,
            free=self.slot.part.start if before is None else before.end - self.slot.offset,
            is_blend=before is not None and not before.is_step,
            is_first=before is None,
            is_far_before=before is not None and is_far(self.layout.slots[-2].material, self.slot.material),
            leave_from=self.leave_from,
            leave_to=self.leave_to,
            loops_from=max([h.start + h.length for h in self.slot.holds], default=-np.inf),
        )


def lay_out_within_limits(
    order: Sequence[Material], unfit: Unfit, *, length_s: float | None, begun: Begun | None = None
) -> Layout | None:
    """Lays the set out; what would stretch a deck too far becomes an echo-out. None where parts do not fit.

    Args:
        order: The tracks; with ``begun`` the first of them is its last slot's.
        unfit: Styles that were heard to fail between two tracks.
        length_s: About how long the part to be chosen should last [s]; None plays the tracks in full.
        begun: What cannot be chosen any more.
    """
    failed = [dict(unfit.get((a.id, b.id), {})) for a, b in pairwise(order)]
    is_short = length_s is not None
    while True:
        shapes = [
            shapes_for(a, b, is_short_set=is_short, failed=styles)
            for (a, b), styles in zip(pairwise(order), failed, strict=True)
        ]
        selection = choose_parts(
            order,
            shapes,
            length_s=length_s,
            bar_beats=mix_bar_beats(order),
            on_its_way=begun.on_its_way if begun else None,
        )
        if selection is None:
            return None
        slots, joints = lay_out(order, selection, after=begun.slot if begun else None, index=_index(begun))
        layout = _joined(begun, slots, joints, tuple(shapes), failed)
        worst = _worst_blends(layout, len(joints), begun)
        if not worst:
            return layout
        for k, why in worst.items():
            failed[k]["short_blend"] = why


def _index(begun: Begun | None) -> int:
    return len(begun.layout.slots) - 1 if begun else 0


def _joined(
    begun: Begun | None,
    slots: tuple[Slot, ...],
    joints: tuple[Joint, ...],
    shapes: tuple[tuple[Shape, ...], ...],
    failed: Sequence[Mapping[TransitionStyle, str]],
) -> Layout:
    """What has begun and what follows, as one."""
    notes = tuple("; ".join(dict.fromkeys(styles.values())) for styles in failed)
    if begun is None:
        return Layout(
            slots=slots, joints=joints, shapes=shapes, curve=tempo_curve(slots, joints), notes=notes
        )
    old = begun.layout
    all_slots, all_joints = (*old.slots[:-1], *slots), (*old.joints, *joints)
    curve = joined_curve(old.curve, tempo_curve(all_slots, all_joints), begun.curve_to, joints)
    return Layout(
        slots=all_slots,
        joints=all_joints,
        shapes=(*old.shapes, *shapes),
        curve=curve,
        notes=(*old.notes, *notes),
    )


def _worst_blends(layout: Layout, n_new: int, begun: Begun | None) -> dict[int, str]:
    """The blends next to over-stretched slots, the worse of two neighbours, and why; empty where all are within limits."""
    slots, joints = layout.slots[-n_new - 1 :], layout.joints[len(layout.joints) - n_new :]
    stretches = [largest_stretch(slot, layout.curve) for slot in slots]
    most = [0.0 if joint.is_step else max(stretches[k], stretches[k + 1]) for k, joint in enumerate(joints)]
    around = [0.0, *most, 0.0]
    worst = {
        k: f"a blend would have stretched a track by {100 * stretch:.1f} %"
        for k, stretch in enumerate(most)
        if stretch > STRETCH_LIMIT and stretch >= around[k] and stretch >= around[k + 2]
    }
    if begun is not None and joints and not joints[0].is_step:
        rise = steepest_rise(layout.curve, begun.curve_to, joints[0].start)
        if rise > MOST_RISE:
            worst[0] = f"a blend would have changed the tempo by {100 * rise:.1f} % in a bar"
    return worst


def mix_bar_beats(materials: Sequence[Material]) -> int:
    """Beats in a bar of the mix: those of most of its tracks, of the first among equals."""
    metres = [m.analysis.beat_grid.beats_per_bar for m in materials]
    return max(metres, key=lambda metre: (metres.count(metre), -metres.index(metre)))


def plan_of(
    layout: Layout, seed: int, left_out: tuple[tuple[str, str], ...], *, is_full: bool, is_live: bool = False
) -> SetPlan:
    """The plan of a layout.

    Args:
        layout: Slots, joints and tempo.
        seed: As it was asked for.
        left_out: Tracks that were not used, each with the reason.
        is_full: The first and the last track are played from their first and to their last sound.
        is_live: It may be changed while it sounds: every deck keeps its pitch whatever its tempo becomes, and may be
            changed on each of its bars of four and phrases (``Play.seams``).
    """
    slots, joints = layout.slots, layout.joints
    plays = [_play(slots, k, layout.curve, is_live=is_live) for k in range(len(slots))]
    if is_full:
        plays[0] = _from_the_beginning(plays[0], slots[0])
        plays[-1] = _to_the_end(plays[-1], slots[-1])
    occupancies = [
        Occupancy(
            slot=slot,
            before=joints[k - 1] if k else None,
            after=joints[k] if k < len(joints) else None,
            fades_at_end=not is_full,
        )
        for k, slot in enumerate(slots)
    ]
    return SetPlan(
        plays=tuple(plays),
        transitions=tuple(_transition(layout, k) for k in range(len(joints))),
        automation=automate(occupancies),
        tempo_beats=layout.curve.beats,
        tempo_bpm=layout.curve.bpm,
        end_beat=plays[-1].mix_to_beat,
        seed=seed,
        left_out=left_out,
    )


def _play(slots: Sequence[Slot], k: int, curve: TempoCurve, *, is_live: bool) -> Play:
    slot = slots[k]
    ratio, loop = slot.material.beat_ratio, slot.part.loops
    gain_db = np.clip(REFERENCE_LUFS - slot.material.analysis.loudness_lufs, -MAX_GAIN_DB, MAX_GAIN_DB)
    is_tiny = not is_live and largest_stretch(slot, curve) < VARISPEED_LIMIT
    return Play(
        track_id=slot.material.id,
        deck=slot.deck,
        track_from_beat=slot.part.start * ratio,
        track_to_beat=(slot.part.end - (loop.extra_beats if loop else 0.0)) * ratio,
        mix_from_beat=slot.start,
        beat_ratio=ratio,
        gain_db=float(gain_db),
        stretch="varispeed" if is_tiny else "time",
        reason=why_this_track(slots, k),
        loops=tuple(_loop(x, ratio) for x in (*slot.holds, *((loop,) if loop else ()))),
        seams=slot.seams if is_live else (),
    )


def _loop(loop: Loops, ratio: float) -> Loop:
    return Loop(start_beat=loop.start * ratio, length_beats=loop.length * ratio, times=loop.times)


def _from_the_beginning(play: Play, slot: Slot) -> Play:
    """The same play from the first sound of its recording, where that is not long before the first phrase."""
    grid = slot.material.analysis.beat_grid
    phrase_s = float(grid.time_at(play.track_from_beat))
    if not 0.0 < phrase_s <= MAX_LEAD_IN_S:
        return play
    from_beat = float(grid.beat_at(0.0))
    lead_in_beats = (play.track_from_beat - from_beat) / play.beat_ratio
    return replace(play, track_from_beat=from_beat, mix_from_beat=play.mix_from_beat - lead_in_beats)


def _to_the_end(play: Play, slot: Slot) -> Play:
    """The same play to the last sound of its recording."""
    last_beat = float(slot.material.analysis.beat_grid.beat_at(slot.material.analysis.track.duration_s))
    return replace(play, track_to_beat=max(play.track_to_beat, last_beat))


def _transition(layout: Layout, k: int) -> Transition:
    slots, joint = layout.slots, layout.joints[k]
    out, incoming = slots[k], slots[k + 1]
    leaves = joint.start - out.offset - out.held_beats
    on_phrases = out.material.is_phrase(leaves) or bool(
        np.any(np.abs(out.material.boundaries[-1:] - leaves) < ON_BEAT)
    )
    return Transition(
        from_play=k,
        start_beat=joint.start,
        length_beats=joint.end - joint.start,
        swap_beat=joint.swap,
        style=joint.shape.style,
        fallback=fallback_of(joint.shape.style, layout.shapes[k]),
        reason=why_this_transition(slots, joint, k, layout.notes[k]),
        is_on_phrases=on_phrases and incoming.material.is_phrase(incoming.part.start),
    )
