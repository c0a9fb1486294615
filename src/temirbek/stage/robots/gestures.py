"""The gestures that a robot keeps ready, made once when a show is loaded: one after another on one tape, with rests between.

So an answer to people needs no making, only a place on a tape that is mapped already. Each begins and ends standing and
at its own tempo; those that keep a beat are danced at others, as grooves are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from temirbek.choreography.accents import planned_accents
from temirbek.errors import InvalidInput
from temirbek.manners import gestures_for
from temirbek.motion import realize
from temirbek.robots import default_stage, robot_model, robot_physics
from temirbek.stage.made import gestures_part
from temirbek.stage.robots.parts import DancePart, GestureSpan
from temirbek.types import (
    BeatGrid,
    Choreography,
    Gesture,
    Move,
    MoveCall,
    Performer,
    Stage,
    footsteps_of,
)

LEAD_BEATS, TAIL_BEATS, STILL_BEATS = 3.0, 2.0, 1.0
"""Before a gesture's first beat (motion sets off two beats before it), after its last, and still on both sides."""
BEGIN_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureScore:
    """All gestures of one performer on paper.

    Attributes:
        calls: The moves.
        spans: Gesture → where it lies.
        grid: The beats, each gesture's at its own tempo.
    """

    calls: tuple[MoveCall, ...]
    spans: Mapping[str, GestureSpan]
    grid: BeatGrid

    @property
    def end_beat(self) -> float:
        """Where all is over."""
        return max(span.last_beat for span in self.spans.values()) + STILL_BEATS


def make_gestures(performer: Performer, moves: Mapping[str, Move], stage: Stage | None = None) -> DancePart:
    """The gestures of one performer, as a part to be written and loaded: some ten seconds of work.

    Args:
        performer: Who; made on its mark, made wherever it stands.
        moves: The vocabulary.
        stage: Where; the house's own if None.

    Raises:
        InvalidInput: The vocabulary lacks one of the moves.
        MotionInfeasible: One of them cannot be danced.
    """
    performer = replace(performer, wings_m=None)
    score = score_of(performer, moves)
    footsteps = footsteps_of(performer, score.calls, moves)
    paper = Choreography(
        performers=(performer,),
        calls=score.calls,
        accents={performer.id: planned_accents(score.calls, (), moves, footsteps)},
        footsteps={performer.id: footsteps},
    )
    motion = realize(
        paper,
        performer,
        score.grid,
        moves,
        robot_model(performer.robot),
        robot_physics(performer.robot),
        stage or default_stage(),
        (),
        end_s=float(score.grid.time_at(score.end_beat)),
    )
    return DancePart(
        id=gestures_part(performer.id),
        title="gestures",
        performers=(performer,),
        trajectories={performer.id: motion},
        grid=score.grid,
        footsteps=paper.footsteps,
        gestures=score.spans,
    )


def score_of(performer: Performer, moves: Mapping[str, Move]) -> GestureScore:
    """A performer's gestures one after another, still between them.

    Raises:
        InvalidInput: The vocabulary lacks one of the moves, or has it for another body.
    """
    gestures = tuple(gestures_for(performer))
    _require(gestures, moves)
    calls, spans, at = [], {}, STILL_BEATS
    beats_s: list[float] = [BEGIN_S]
    for gesture in gestures:
        stroke = at + LEAD_BEATS
        last = stroke + gesture.length_beats + TAIL_BEATS
        calls.append(
            MoveCall(
                performer=performer.id,
                move=gesture.move,
                start_beat=stroke,
                length_beats=gesture.length_beats,
                intensity=gesture.intensity,
                mirrored=gesture.mirrored,
            )
        )
        spans[gesture.name] = GestureSpan(
            first_beat=at,
            stroke_beat=stroke,
            last_beat=last,
            keeps_beat=gesture.keeps_beat,
            title=moves[gesture.move].title,
        )
        at = last + STILL_BEATS
        while len(beats_s) <= at:
            beats_s.append(beats_s[-1] + 60.0 / gesture.tempo_bpm)
    beats_s += [beats_s[-1] + 0.5 * k for k in (1, 2)]
    return GestureScore(calls=tuple(calls), spans=spans, grid=BeatGrid(beats_s=np.array(beats_s)))


def _require(gestures: Sequence[Gesture], moves: Mapping[str, Move]) -> None:
    for gesture in gestures:
        if gesture.move not in moves or moves[gesture.move].robot != gesture.robot:
            raise InvalidInput(
                f"the gesture {gesture.name!r} needs the move {gesture.move!r} of a {gesture.robot}"
            )
        if gesture.length_beats != int(gesture.length_beats):
            raise InvalidInput(
                f"the gesture {gesture.name!r}: {gesture.length_beats:g} beats; expected whole ones"
            )
