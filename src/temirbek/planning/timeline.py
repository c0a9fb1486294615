"""Chosen parts laid on the mix's beats, and the tempo curve that carries them.

Each track leads at its own tempo. Through a transition the tempo goes from the outgoing track's to the incoming one's
in a straight line; where they lie further apart than a deck may be stretched, the line is shortened to what both can
follow, and the rest of the way is ramped before and after it. At a cut or an echo-out the tempo steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.compatibility import MAX_STRETCH
from temirbek.planning.material import ON_BEAT, Material
from temirbek.planning.parts import Part, Selection
from temirbek.planning.places import Loops
from temirbek.planning.shapes import CUT_BEATS, Shape
from temirbek.types import Deck, TempoCurve

Floats = NDArray[np.float64]

MAX_RAMP_BEATS = 32.0
STEP_BEATS = 1e-6
"""A step of the tempo is a ramp this short."""

VARYING_POINT_BEATS = 4.0
SEAM_BARS = 4
MEET_BEATS = 16.0
"""Where the tempo of a set that sounds is changed, it takes so many beats to reach the new course."""
SAMPLE_BEATS = 0.25
SAME_TEMPO = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Slot:
    """One track's place: mix beat = deck beat + ``offset``; in and after a loop the deck beats are those of its part.

    A live set may hold a stretch (``holds``): what comes after it sounds ``held_beats`` later.
    """

    material: Material
    part: Part
    deck: Deck
    offset: float
    holds: tuple[Loops, ...] = ()

    @cached_property
    def held_beats(self) -> float:
        """By how many beats all that was held delays the way out."""
        return sum(hold.extra_beats for hold in self.holds)

    @cached_property
    def start(self) -> float:
        """Mix beat at which it is first heard."""
        return self.part.start + self.offset

    @cached_property
    def swap_in(self) -> float:
        """Mix beat at which it takes the bass."""
        return self.part.swap_in + self.offset

    @cached_property
    def swap_out(self) -> float:
        """Mix beat at which it gives the bass away."""
        return self.part.swap_out + self.offset + self.held_beats

    @cached_property
    def end(self) -> float:
        """Mix beat at which it is silent."""
        return self.part.end + self.offset + self.held_beats

    def tempo_near(self, mix_beat: float) -> float:
        """The track's own tempo around a mix beat [BPM]."""
        return self.material.tempo_near(self.deck_beat_at(mix_beat))

    def deck_beat_at(self, mix_beat: float) -> float:
        """The deck beat that sounds at a mix beat, what is held counted as often as it is heard."""
        at = mix_beat - self.offset
        for hold in self.holds:
            end = hold.start + hold.length
            if at < end:
                break
            at = (
                end - hold.length + (at - end) % hold.length
                if at < end + hold.extra_beats
                else at - hold.extra_beats
            )
        return at

    def first_heard(self, deck_beat: float) -> float:
        """The mix beat at which a deck beat of the part is heard for the first time."""
        over = sum(h.extra_beats for h in self.holds if deck_beat >= h.start + h.length - ON_BEAT)
        return deck_beat + self.offset + over

    @cached_property
    def seams(self) -> tuple[float, ...]:
        """Mix beats on which a set that sounds may be changed: phrases, and every four bars between and around them.

        What comes later has no say in those that come before.
        """
        step = SEAM_BARS * self.material.analysis.beat_grid.beats_per_bar
        phrases = [self.first_heard(float(p)) for p in self.material.boundaries]
        rounds = [self.first_heard(h.start) + k * h.length for h in self.holds for k in range(h.times + 2)]
        inside = sorted({round(b, 6) for b in (*phrases, *rounds) if self.start < b < self.end})
        edges = [round(self.start, 6), *inside, self.end]
        every = [round(b, 6) for a, e in pairwise(edges) for b in np.arange(a, e - ON_BEAT, step).tolist()]
        return tuple(every[1:])


@dataclass(frozen=True, kw_only=True, eq=False)
class Joint:
    """Where two slots meet [mix beats]."""

    shape: Shape
    start: float
    swap: float
    end: float

    @property
    def is_step(self) -> bool:
        """Nothing sounds together on one beat, so the tempo may step."""
        return self.shape.is_step


def lay_out(
    materials: Sequence[Material], selection: Selection, *, after: Slot | None = None, index: int = 0
) -> tuple[tuple[Slot, ...], tuple[Joint, ...]]:
    """Slots and joints of a selection.

    Args:
        materials, selection: The tracks and their parts.
        after: A slot that has begun: the first track's, whose way in stays as it is; without it, mix beat 0 is the
            first track's start.
        index: Of the first track in the whole set.
    """
    slots: list[Slot] = []
    joints: list[Joint] = []
    swap = 0.0
    for k, (material, part) in enumerate(zip(materials, selection.parts, strict=True)):
        deck: Deck = "A" if (index + k) % 2 == 0 else "B"
        if k == 0 and after is not None:
            slots.append(replace(after, part=part))
        else:
            slots.append(Slot(material=material, part=part, deck=deck, offset=swap - part.swap_in))
        if k:
            joints.append(_joint(selection.shapes[k - 1], slots[k - 1], slots[k]))
        swap = slots[-1].swap_out
    return tuple(slots), tuple(joints)


def _joint(shape: Shape, out: Slot, incoming: Slot) -> Joint:
    end = max(out.end, incoming.start + CUT_BEATS)
    if shape.style == "echo_out":
        end = incoming.start + shape.tail_bars * incoming.material.analysis.beat_grid.beats_per_bar
    return Joint(shape=shape, start=incoming.start, swap=incoming.swap_in, end=end)


def tempo_curve(slots: Sequence[Slot], joints: Sequence[Joint]) -> TempoCurve:
    """The tempo over mix beats."""
    points: list[tuple[float, float]] = []
    for k, slot in enumerate(slots):
        before = joints[k - 1] if k else None
        after = joints[k] if k < len(joints) else None
        points += _slot_points(slot, _entry(slots, before, k), _exit(slots, after, k))
    beats: list[float] = []
    bpm: list[float] = []
    for beat, tempo in points:
        if beats and beat <= beats[-1] + STEP_BEATS / 2:
            continue
        beats.append(beat)
        bpm.append(tempo)
    return TempoCurve(beats=np.array(beats), bpm=np.array(bpm))


def _entry(slots: Sequence[Slot], joint: Joint | None, k: int) -> tuple[float, float]:
    """Beat and tempo at which slot ``k`` is alone."""
    slot = slots[k]
    if joint is None:
        return slot.start, slot.tempo_near(slot.start)
    if joint.is_step:
        return joint.start + STEP_BEATS, slot.tempo_near(joint.start)
    return joint.end, _within(slot.tempo_near(joint.end), slots[k - 1].tempo_near(joint.end))


def _exit(slots: Sequence[Slot], joint: Joint | None, k: int) -> tuple[float, float]:
    """Beat and tempo at which slot ``k`` stops being alone."""
    slot = slots[k]
    if joint is None:
        return slot.end, slot.tempo_near(slot.end)
    if joint.is_step:
        return joint.start, slot.tempo_near(joint.start)
    return joint.start, _within(slot.tempo_near(joint.start), slots[k + 1].tempo_near(joint.start))


def _within(wished_bpm: float, other_bpm: float) -> float:
    """The tempo nearest to the wished one that the other track can follow."""
    return float(np.clip(wished_bpm, other_bpm * (1 - MAX_STRETCH), other_bpm * (1 + MAX_STRETCH)))


def _slot_points(
    slot: Slot, entry: tuple[float, float], leave: tuple[float, float]
) -> list[tuple[float, float]]:
    """Tempo points of the stretch in which a slot is alone."""
    (first, first_bpm), (last, last_bpm) = entry, leave
    ramp = min(MAX_RAMP_BEATS, max(0.0, last - first) / 2)
    start, end = first + ramp, last - ramp
    middle: list[tuple[float, float]] = []
    if slot.material.analysis.is_constant_tempo:
        own = slot.material.tempo_bpm
        if first_bpm != own:
            middle.append((start, own))
        if last_bpm != own:
            middle.append((end, own))
    else:
        beats = np.arange(start, end, VARYING_POINT_BEATS)
        middle = [(float(b), slot.tempo_near(float(b))) for b in beats]
    inside = [p for p in middle if first < p[0] < last]
    return [entry, *inside, leave]


def joined_curve(old: TempoCurve, new: TempoCurve, at_beat: float, joints: Sequence[Joint]) -> TempoCurve:
    """A curve up to a beat, and from there on the way to another one.

    Args:
        old, new: The curves.
        at_beat: Up to which the old one holds, to the bit.
        joints: What follows; before the first of them the new course is reached.
    """
    start = float(old.bpm_at(at_beat))
    meet = at_beat
    if abs(float(new.bpm_at(at_beat)) / start - 1.0) > SAME_TEMPO:
        latest = joints[0].start if joints else np.inf
        meet = max(at_beat + STEP_BEATS, min(at_beat + MEET_BEATS, latest))
    before, after = old.beats < at_beat - STEP_BEATS / 2, new.beats > meet + STEP_BEATS / 2
    beats = [*old.beats[before], at_beat, *([meet] if meet > at_beat else []), *new.beats[after]]
    bpm = [*old.bpm[before], start, *([float(new.bpm_at(meet))] if meet > at_beat else []), *new.bpm[after]]
    return TempoCurve(beats=np.array(beats), bpm=np.array(bpm))


def steepest_rise(curve: TempoCurve, from_beat: float, to_beat: float, bar_beats: float = 4.0) -> float:
    """The most by which the tempo changes within a bar between two beats, as a share."""
    beats = np.arange(from_beat, to_beat, SAMPLE_BEATS)
    if len(beats) == 0:
        return 0.0
    ends = np.minimum(beats + bar_beats, to_beat)
    return float(np.abs(np.log(curve.bpm_at(ends) / curve.bpm_at(beats))).max())


def with_points(curve: TempoCurve, beats: Sequence[float]) -> TempoCurve:
    """The same curve with points on more beats, so that it can be changed there and stay the same before."""
    inside = np.array([b for b in beats if curve.beats[0] < b < curve.beats[-1]])
    far = (
        inside[np.abs(inside[:, None] - curve.beats).min(axis=1) > 2 * STEP_BEATS] if len(inside) else inside
    )
    every = np.union1d(curve.beats, far)
    return TempoCurve(beats=every, bpm=curve.bpm_at(every))


def largest_stretch(slot: Slot, curve: TempoCurve) -> float:
    """The most by which a slot's deck leaves its track's tempo, as a share (0.05 is 5 %)."""
    beats = np.arange(slot.start + SAMPLE_BEATS / 2, slot.end, SAMPLE_BEATS)
    beats = np.concatenate([[slot.start + 2 * STEP_BEATS], beats, [slot.end - 2 * STEP_BEATS]])
    if slot.material.analysis.is_constant_tempo:
        own: Floats = np.full(len(beats), slot.material.tempo_bpm)
    else:
        own = np.array([slot.tempo_near(float(b)) for b in beats])
    return float(np.abs(curve.bpm_at(beats) / own - 1.0).max())
