"""Chosen parts laid on the mix's beats, and the tempo curve that carries them.

Each track leads at its own tempo. Through a transition the tempo goes from the outgoing track's to the incoming one's
in a straight line; where they lie further apart than a deck may be stretched, the line is shortened to what both can
follow, and the rest of the way is ramped before and after it. At a cut or an echo-out the tempo steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from temirbek.planning.compatibility import MAX_STRETCH
from temirbek.planning.material import Material
from temirbek.planning.parts import Part, Selection
from temirbek.planning.shapes import CUT_BEATS, Shape
from temirbek.types import Deck, TempoCurve

Floats = NDArray[np.float64]

MAX_RAMP_BEATS = 32.0
STEP_BEATS = 1e-6
"""A step of the tempo is a ramp this short."""

VARYING_POINT_BEATS = 4.0
SAMPLE_BEATS = 0.25


@dataclass(frozen=True, kw_only=True, eq=False)
class Slot:
    """One track's place: mix beat = deck beat + ``offset``; in and after a loop the deck beats are those of its part."""

    material: Material
    part: Part
    deck: Deck
    offset: float

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
        return self.part.swap_out + self.offset

    @cached_property
    def end(self) -> float:
        """Mix beat at which it is silent."""
        return self.part.end + self.offset

    def tempo_near(self, mix_beat: float) -> float:
        """The track's own tempo around a mix beat [BPM]."""
        return self.material.tempo_near(mix_beat - self.offset)


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
    materials: Sequence[Material], selection: Selection
) -> tuple[tuple[Slot, ...], tuple[Joint, ...]]:
    """Slots and joints of a selection; mix beat 0 is the first track's start."""
    slots: list[Slot] = []
    joints: list[Joint] = []
    swap = 0.0
    for k, (material, part) in enumerate(zip(materials, selection.parts, strict=True)):
        deck: Deck = "A" if k % 2 == 0 else "B"
        slots.append(Slot(material=material, part=part, deck=deck, offset=swap - part.swap_in))
        if k:
            joints.append(_joint(selection.shapes[k - 1], slots[k - 1], slots[k]))
        swap += part.lead_beats
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


def largest_stretch(slot: Slot, curve: TempoCurve) -> float:
    """The most by which a slot's deck leaves its track's tempo, as a share (0.05 is 5 %)."""
    beats = np.arange(slot.start + SAMPLE_BEATS / 2, slot.end, SAMPLE_BEATS)
    beats = np.concatenate([[slot.start + 2 * STEP_BEATS], beats, [slot.end - 2 * STEP_BEATS]])
    if slot.material.analysis.is_constant_tempo:
        own: Floats = np.full(len(beats), slot.material.tempo_bpm)
    else:
        own = np.array([slot.tempo_near(float(b)) for b in beats])
    return float(np.abs(curve.bpm_at(beats) / own - 1.0).max())
