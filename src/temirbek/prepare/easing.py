"""A part that a body cannot follow as composed is made milder where it is too hard, and nowhere else.

A composed show must not end because one pose of one robot is out of reach. Where a refusal names its beat, hands leave
the desk around it, then the calls there are danced more softly, then those that travel nowhere are left out. Only where
that does not help is the whole part danced without its reaches, and at last more softly from beginning to end.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from temirbek.errors import MotionInfeasible
from temirbek.motion import realize
from temirbek.robots import robot_model, robot_physics
from temirbek.types import (
    Choreography,
    Mix,
    Move,
    MoveCall,
    Performer,
    Place,
    Reach,
    Stage,
    Trajectory,
    footsteps_of,
    travel_of,
)

logger = logging.getLogger(__name__)

SOFTER = 0.6
"""What is left of an intensity that has to be danced more softly."""
AROUND_BEATS = 0.5
"""A refusal concerns what sounds within this of its beat: a curve overshoots beside its key poses."""
MOST_EASINGS = 12
"""After so many refusals a part is not worth saving piece by piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Realized:
    """One performer's reference, the dance that it follows, and what had to be milder than composed, and why."""

    trajectory: Trajectory
    choreography: Choreography
    eased: tuple[str, ...] = ()


def realize_or_ease(
    performer: Performer, choreography: Choreography, mix: Mix, moves: Mapping[str, Move], stage: Stage
) -> Realized:
    """A performer's reference; where the body cannot follow the part as composed, one that is milder there.

    What was eased is logged, and told in the answer.

    Raises:
        MotionInfeasible: Even the mildest form cannot be danced.
    """
    eased: list[str] = []
    part = _Part(performer, choreography, moves)
    while True:
        try:
            trajectory = realize(
                part.choreography,
                performer,
                mix.beat_grid,
                moves,
                robot_model(performer.robot),
                robot_physics(performer.robot),
                stage,
                mix.plan.automation,
                end_s=mix.duration_s,
            )
        except MotionInfeasible as error:
            logger.warning("%s is eased: %s", performer.id, error)
            eased.append(str(error))
            if not part.ease(error.beat):
                raise
        else:
            return Realized(trajectory=trajectory, choreography=part.choreography, eased=tuple(eased))


class _Part:
    """One performer's part on its way from as composed to as mild as can be."""

    def __init__(self, performer: Performer, choreography: Choreography, moves: Mapping[str, Move]) -> None:
        self.choreography = choreography
        self._performer, self._moves = performer, moves
        self._softened: set[tuple[str, float]] = set()
        self._easings = 0
        self._whole: Iterator[Callable[[], bool]] = iter((self._without_reaches, self._softly))

    def ease(self, beat: float | None) -> bool:
        """Makes the part milder around a beat, or as a whole; False where nothing is left to give up."""
        self._easings += 1
        if beat is not None and self._easings <= MOST_EASINGS:
            for ease in (self._hands_off, self._soften, self._leave_out):
                if ease(beat):
                    return True
        return any(ease() for ease in self._whole)

    def _mine(self, beat: float) -> list[MoveCall]:
        return [
            call
            for call in self.choreography.calls
            if call.performer == self._performer.id
            and call.start_beat - AROUND_BEATS <= beat <= call.start_beat + call.length_beats + AROUND_BEATS
        ]

    def _hands_off(self, beat: float) -> bool:
        kept = tuple(
            r
            for r in self.choreography.reaches
            if r.performer != self._performer.id or not r.start_beat - 1.0 <= beat <= r.end_beat + 1.0
        )
        return self._replace_reaches(kept)

    def _soften(self, beat: float) -> bool:
        chosen = [c for c in self._mine(beat) if (c.move, c.start_beat) not in self._softened]
        self._softened |= {(c.move, c.start_beat) for c in chosen}
        softer = {call: replace(call, intensity=SOFTER * call.intensity) for call in chosen}
        return self._replace_calls(tuple(softer.get(c, c) for c in self.choreography.calls))

    def _leave_out(self, beat: float) -> bool:
        """Leaves out the calls that end where they begin: everybody's places later stay as they were."""
        gone = {c for c in self._mine(beat) if travel_of(c, self._moves[c.move]) == Place()}
        if not gone:
            return False
        calls = tuple(c for c in self.choreography.calls if c not in gone)
        name, stretches = self._performer.id, [(c.start_beat, c.start_beat + c.length_beats) for c in gone]
        accents = tuple(
            a
            for a in self.choreography.accents.get(name, ())
            if not any(start <= a.beat <= end for start, end in stretches)
        )
        self.choreography = replace(
            self.choreography,
            calls=calls,
            accents={**self.choreography.accents, name: accents},
            footsteps={
                **self.choreography.footsteps,
                name: footsteps_of(self._performer, calls, self._moves),
            },
        )
        return True

    def _without_reaches(self) -> bool:
        name = self._performer.id
        return self._replace_reaches(tuple(r for r in self.choreography.reaches if r.performer != name))

    def _softly(self) -> bool:
        return self._replace_calls(tuple(self._all_softer()))

    def _all_softer(self) -> Iterator[MoveCall]:
        for call in self.choreography.calls:
            mine = call.performer == self._performer.id
            yield replace(call, intensity=SOFTER * call.intensity) if mine else call

    def _replace_calls(self, calls: tuple[MoveCall, ...]) -> bool:
        is_milder = calls != self.choreography.calls
        self.choreography = replace(self.choreography, calls=calls)
        return is_milder

    def _replace_reaches(self, reaches: tuple[Reach, ...]) -> bool:
        is_milder = reaches != self.choreography.reaches
        self.choreography = replace(self.choreography, reaches=reaches)
        return is_milder
