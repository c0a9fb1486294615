"""The verb: analysed tracks → a set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from temirbek.errors import PlanImpossible
from temirbek.planning.automation import Occupancy, automate
from temirbek.planning.compatibility import MAX_TEMPO_GAP
from temirbek.planning.material import ON_BEAT, Material, track_tempo_bpm
from temirbek.planning.parts import choose_parts
from temirbek.planning.program import check_demanded, check_wishes, in_order
from temirbek.planning.reasons import why_this_track, why_this_transition
from temirbek.planning.shapes import Shape, fallback_of, shapes_for
from temirbek.planning.timeline import Joint, Slot, largest_stretch, lay_out, tempo_curve
from temirbek.types import (
    Loop,
    Play,
    SetPlan,
    SetWishes,
    TempoCurve,
    TrackAnalysis,
    Transition,
    TransitionStyle,
)

Unfit = Mapping[tuple[str, str], Mapping[TransitionStyle, str]]
NO_WISHES = SetWishes()
NOTHING_UNFIT: Unfit = {}

REFERENCE_LUFS = -14.0
MAX_GAIN_DB = 15.0
SILENT_LUFS = -60.0
BEAT_RATIOS = np.array([1.0, 2.0, 0.5])
STRETCH_LIMIT = 0.06
VARISPEED_LIMIT = 0.01
MAX_LEAD_IN_S = 8.0
"""In a full set, so much of what the first track sounds before its first phrase is played too."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Layout:
    """A set that fits: slots, joints, tempo, and why blends were given up (by joint)."""

    slots: tuple[Slot, ...]
    joints: tuple[Joint, ...]
    shapes: tuple[tuple[Shape, ...], ...]
    curve: TempoCurve
    notes: tuple[str, ...]


def plan_set(
    analyses: Sequence[TrackAnalysis],
    *,
    wishes: SetWishes = NO_WISHES,
    seed: int = 0,
    unfit: Unfit = NOTHING_UNFIT,
) -> SetPlan:
    """Plans a DJ set.

    Args:
        analyses: The tracks to choose from; their order matters only with ``wishes.keep_order``.
        wishes: What the person asks of the set.
        seed: Decides between near equals; same tracks and seed, same plan.
        unfit: Styles that were heard to fail between two tracks (outgoing id, incoming id), each with the reason: the
            order of the set stays, and the transition takes another style.

    Returns:
        The plan. Tracks that it does not use are in ``left_out``, each with the reason.

    Raises:
        InvalidInput: A wish names a track or a place that is not there.
        PlanImpossible: Not a single track can be played, or the wishes cannot be kept together.
    """
    check_wishes(analyses, wishes)
    refused: dict[str, str] = {}
    materials = _usable(analyses, refused)
    while materials:
        no_time: dict[str, str] = {}
        order = in_order(materials, refused, no_time, wishes, seed)
        layout = _lay_out_within_limits(order, wishes, unfit)
        if layout is not None:
            left_out = (*refused.items(), *no_time.items())
            return _plan(layout, seed, left_out, is_full=wishes.length_s is None)
        shortest = min(order, key=lambda m: (m.end_beat - m.phrases[0], m.id))
        refused[shortest.id] = "too short to be mixed in and out on its phrases"
        materials = [m for m in materials if m is not shortest]
    check_demanded(wishes, refused)
    reasons = "; ".join(f"{a.track.title}: {refused[a.track.id]}" for a in analyses)
    raise PlanImpossible(f"no set can be made of {len(analyses)} track(s): {reasons or 'none was given'}")


def mix_bar_beats(materials: Sequence[Material]) -> int:
    """Beats in a bar of the mix: those of most of its tracks, of the first among equals."""
    metres = [m.analysis.beat_grid.beats_per_bar for m in materials]
    return max(metres, key=lambda metre: (metres.count(metre), -metres.index(metre)))


def _usable(analyses: Sequence[TrackAnalysis], refused: dict[str, str]) -> list[Material]:
    """The tracks that can be played, each at the beat ratio that lets it meet the others."""
    usable: list[TrackAnalysis] = []
    for analysis in analyses:
        material = Material(analysis=analysis)
        if analysis.loudness_lufs < SILENT_LUFS:
            refused[analysis.track.id] = f"nearly silent ({analysis.loudness_lufs:.0f} LUFS)"
        elif len(material.phrases) == 0:
            refused[analysis.track.id] = "not a single whole phrase was found in it"
        else:
            usable.append(analysis)
    return [Material(analysis=a, beat_ratio=r) for a, r in zip(usable, _beat_ratios(usable), strict=True)]


def _beat_ratios(usable: Sequence[TrackAnalysis]) -> list[float]:
    """2 or 0.5 for a track that meets no other at its own tempo, but does at half or double; else 1."""
    log_bpm = np.log([track_tempo_bpm(a) for a in usable])
    is_in_four = np.array([a.beat_grid.beats_per_bar == 4 for a in usable], dtype=bool)
    gap = np.abs(log_bpm[:, None] - np.log(BEAT_RATIOS)[:, None, None] - log_bpm)  # (ratio, track, other)
    gap[:, ~(is_in_four[:, None] & is_in_four) | np.eye(len(usable), dtype=bool)] = np.inf
    nearest = gap.min(axis=2, initial=np.inf)
    best = np.where(nearest[0] <= MAX_TEMPO_GAP, 0, 1 + nearest[1:].argmin(axis=0))
    meets = nearest[best, np.arange(len(usable))] <= MAX_TEMPO_GAP
    return [float(ratio) for ratio in np.where(meets, BEAT_RATIOS[best], 1.0)]


def _lay_out_within_limits(order: Sequence[Material], wishes: SetWishes, unfit: Unfit) -> _Layout | None:
    """Lays the set out; what would stretch a deck too far becomes an echo-out. None where parts do not fit."""
    failed = [dict(unfit.get((a.id, b.id), {})) for a, b in pairwise(order)]
    is_short = wishes.length_s is not None
    while True:
        shapes = [
            shapes_for(a, b, is_short_set=is_short, failed=styles)
            for (a, b), styles in zip(pairwise(order), failed, strict=True)
        ]
        selection = choose_parts(order, shapes, length_s=wishes.length_s, bar_beats=mix_bar_beats(order))
        if selection is None:
            return None
        slots, joints = lay_out(order, selection)
        curve = tempo_curve(slots, joints)
        stretches = [largest_stretch(slot, curve) for slot in slots]
        worst = _worst_blends(joints, stretches)
        if not worst:
            notes = tuple("; ".join(dict.fromkeys(styles.values())) for styles in failed)
            return _Layout(slots=slots, joints=joints, shapes=tuple(shapes), curve=curve, notes=notes)
        for k in worst:
            most = max(stretches[k], stretches[k + 1])
            failed[k]["short_blend"] = f"a blend would have stretched a track by {100 * most:.1f} %"


def _worst_blends(joints: Sequence[Joint], stretches: Sequence[float]) -> list[int]:
    """The blends next to over-stretched slots, the worse of two neighbours; empty where all are within the limit."""
    most = [0.0 if joint.is_step else max(stretches[k], stretches[k + 1]) for k, joint in enumerate(joints)]
    around = [0.0, *most, 0.0]
    return [
        k
        for k, stretch in enumerate(most)
        if stretch > STRETCH_LIMIT and stretch >= around[k] and stretch >= around[k + 2]
    ]


def _plan(layout: _Layout, seed: int, left_out: tuple[tuple[str, str], ...], *, is_full: bool) -> SetPlan:
    slots, joints = layout.slots, layout.joints
    plays = [_play(slots, k, layout.curve) for k in range(len(slots))]
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


def _play(slots: Sequence[Slot], k: int, curve: TempoCurve) -> Play:
    slot = slots[k]
    ratio, loop = slot.material.beat_ratio, slot.part.loops
    gain_db = np.clip(REFERENCE_LUFS - slot.material.analysis.loudness_lufs, -MAX_GAIN_DB, MAX_GAIN_DB)
    return Play(
        track_id=slot.material.id,
        deck=slot.deck,
        track_from_beat=slot.part.start * ratio,
        track_to_beat=(slot.part.end - (loop.extra_beats if loop else 0.0)) * ratio,
        mix_from_beat=slot.start,
        beat_ratio=ratio,
        gain_db=float(gain_db),
        stretch="varispeed" if largest_stretch(slot, curve) < VARISPEED_LIMIT else "time",
        reason=why_this_track(slots, k),
        loops=()
        if loop is None
        else (Loop(start_beat=loop.start * ratio, length_beats=loop.length * ratio, times=loop.times),),
    )


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


def _transition(layout: _Layout, k: int) -> Transition:
    slots, joint = layout.slots, layout.joints[k]
    out, incoming = slots[k], slots[k + 1]
    leaves = joint.start - out.offset
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
