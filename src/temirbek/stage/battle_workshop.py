"""Where the work of a battle is done: a process of its own, so that nobody's loop is late for it.

This file is light: what the work needs (MuJoCo, inverse kinematics, the vocabulary) is loaded in the worker only.
"""

import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.battle import Calibration, DancePhrase, Measured
from temirbek.prepare.workers import begin_worker
from temirbek.types import BeatGrid, Move, Performer, RobotKind

Floats = NDArray[np.float64]

NICE = 5
LEAD_BEATS = 4.0
"""A robot sets off from standing so many beats before an answer's first, and comes back in as many."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turn:
    """A person's turn as it was seen.

    Attributes:
        times_s, keypoints: Instants (t,) [host s] and key points (t, 17, 3).
        beats_s: Of the music, the last ends the turn [host s].
        latency_s: The camera's, None: unknown.
        danced: What was danced before, the newest last.
        model: What the robot danced last, or None.
    """

    times_s: Floats
    keypoints: Floats
    beats_s: Floats
    latency_s: float | None = None
    danced: tuple[DancePhrase, ...] = ()
    model: DancePhrase | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswerWish:
    """What answer is wanted.

    Attributes:
        performer: Who answers, on its mark.
        moves: The vocabulary.
        grid: Beats of the music [mix s].
        start_beat: Where the answer begins.
        history: What answers used so far.
        seed: From which is drawn what is free.
        id, programme, path: Of the part that is written.
    """

    performer: Performer
    moves: Mapping[str, Move]
    grid: BeatGrid
    start_beat: float
    history: tuple[str, ...]
    seed: int
    id: str
    programme: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TurnDone:
    """What came of a turn.

    Attributes:
        measured: The score and the phrase.
        has_answer: The part was written.
        history: For the next answer.
        why: Why there is no answer, in words.
    """

    measured: Measured
    has_answer: bool
    history: tuple[str, ...]
    why: str = ""


class Workshop:
    """Has work done in a process of its own; who asks hears of it when they look.

    Args:
        robot: Which body will answer.
    """

    def __init__(self, robot: RobotKind) -> None:
        self._robot = robot
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: list[tuple[Future[Any], Callable[[Any], None], Callable[[str], None]]] = []

    def begin(self) -> None:
        """Warms up."""
        self._ask(lambda _: None, lambda _: None, "warm_up", self._robot)

    def turn(
        self, turn: Turn, wish: AnswerWish, done: Callable[[TurnDone], None], failed: Callable[[str], None]
    ) -> None:
        """Has a person's turn measured and answered."""
        self._ask(done, failed, "work_on_turn", turn, wish)

    def calibration(
        self, turn: Turn, done: Callable[[Calibration], None], failed: Callable[[str], None]
    ) -> None:
        """Has the camera's latency found."""
        self._ask(done, failed, "work_on_calibration", turn)

    def robot(
        self,
        path: Path,
        performer: Performer,
        beats_mix_s: Floats,
        turn: Turn,
        done: Callable[[Measured], None],
        failed: Callable[[str], None],
    ) -> None:
        """Has the robot's dance measured."""
        self._ask(done, failed, "work_on_robot", path, performer.id, performer.robot, beats_mix_s, turn)

    def _ask(
        self, done: Callable[[Any], None], failed: Callable[[str], None], work: str, *about: Any
    ) -> None:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin)
        try:
            self._waiting.append((self._pool.submit(_work, work, *about), done, failed))
        except RuntimeError as error:  # the worker died: the pool takes nothing more, the next one will
            self._pool = None
            failed(f"the battle's worker died: {error}")

    def look(self) -> None:
        """Tells what was done since the last look."""
        ready = [one for one in self._waiting if one[0].done()]
        self._waiting = [one for one in self._waiting if not one[0].done()]
        for future, done, failed in ready:
            error = future.exception()
            if error is None:
                done(future.result())
            else:
                failed(f"{type(error).__name__}: {error}")

    def close(self) -> None:
        """Lets the worker go."""
        self._waiting.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _begin() -> None:
    begin_worker()
    os.nice(NICE)


def _work(name: str, *about: Any) -> Any:
    """One piece of work, in the worker."""
    from temirbek.stage import battle_work  # here: it is large, and the parent does without it

    return getattr(battle_work, name)(*about)
