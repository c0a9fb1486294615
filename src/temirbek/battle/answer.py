"""The robot's answer: the person's own phrase, varied, in what its body can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from temirbek.battle.animal import animal_calls
from temirbek.battle.phrase import DancePhrase
from temirbek.battle.retarget import g1_move
from temirbek.battle.skeletons import PERSON
from temirbek.battle.variation import VARIATIONS, Variation, least_recent, varied
from temirbek.errors import InvalidInput
from temirbek.types import Move, MoveCall, RobotKind

RECENT = 24
"""So much of what was used is remembered."""
MOVE = "battle_answer"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DanceAnswer:
    """What the robot dances in answer.

    Attributes:
        variation: What was done with the phrase.
        phrase: The phrase in that form: what a good copy of the answer would look like.
        calls: The dance, in beats from the turn's first.
        moves: Words that the vocabulary does not have, by name.
        history: What was used up to now, the newest last; the next answer wants it.
    """

    variation: Variation
    phrase: DancePhrase
    calls: tuple[MoveCall, ...]
    moves: Mapping[str, Move]
    history: tuple[str, ...]


def answer(
    phrase: DancePhrase,
    *,
    performer: str,
    robot: RobotKind,
    moves: Mapping[str, Move],
    tempo_bpm: float,
    history: Sequence[str] = (),
    seed: int = 0,
    start_beat: float = 0.0,
) -> DanceAnswer:
    """Answers a person's phrase.

    Args:
        phrase: Of a person.
        performer: Id of the robot that answers.
        robot: Its body.
        moves: The vocabulary; a Go2 answers with its own moves out of it.
        tempo_bpm: Of the music.
        history: Variations and moves used so far, the newest last.
        seed: From which is drawn what is free.
        start_beat: Where the answer begins.

    Raises:
        InvalidInput: The phrase is not of a person, or the vocabulary has nothing to answer with.
    """
    if phrase.skeleton.name != PERSON.name:
        raise InvalidInput(
            f"a phrase of a {phrase.skeleton.name} cannot be answered; expected one of a person"
        )
    rng = np.random.default_rng((seed, len(history)))
    variation = _variation(history, rng)
    form = varied(phrase, variation)
    if robot == "go2":
        calls = animal_calls(
            form,
            performer,
            moves,
            start_beat=start_beat,
            tempo_bpm=tempo_bpm,
            history=history,
            rng=rng,
        )
        own: Mapping[str, Move] = {}
    else:
        own = {MOVE: g1_move(form, MOVE, f"the person's phrase, {variation}")}
        calls = (
            MoveCall(
                performer=performer,
                move=MOVE,
                start_beat=start_beat,
                length_beats=float(form.n_beats),
                intensity=1.0,
            ),
        )
    used = [variation, *(c.move for c in calls if c.move in moves)]
    return DanceAnswer(
        variation=variation, phrase=form, calls=calls, moves=own, history=(*history, *used)[-RECENT:]
    )


def _variation(history: Sequence[str], rng: np.random.Generator) -> Variation:
    first = least_recent(VARIATIONS, history, rng)[0]
    return next(v for v in VARIATIONS if v == first)
