"""The work of a battle that would make a conductor late: measuring turns, making answers, looking at the robot's own dance.

One worker process does it, warmed up while the robot still invites. Figures of one core: a turn of eight bars is measured in
11 ms; an answer of a Go2 takes half a second, one of a G1 two to three seconds (``benchmarks/battle.py``).
"""

import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.battle import Calibration, DancePhrase, Measured, answer, calibrate, measure_turn
from temirbek.errors import TemirbekError
from temirbek.prepare.workers import begin_worker
from temirbek.robots import robot_model, robot_physics
from temirbek.stage.battle_dances import LEAD_BEATS, answer_part, robot_points
from temirbek.stage.robots.parts import read_part, write_part
from temirbek.types import BeatGrid, Move, Performer, RobotKind

Floats = NDArray[np.float64]

NICE = 5
LOOKED_AT_HZ = 50.0


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


def work_on_turn(turn: Turn, wish: AnswerWish) -> TurnDone:
    """Measures a person's turn and makes the robot's answer to it."""
    measured = measure_turn(
        turn.keypoints,
        turn.times_s,
        turn.beats_s,
        latency_s=turn.latency_s,
        model=turn.model,
        earlier=turn.danced,
    )
    if measured.phrase is None:
        return TurnDone(
            measured=measured, has_answer=False, history=wish.history, why="too little was seen to answer"
        )
    try:
        said = answer(
            measured.phrase,
            performer=wish.performer.id,
            robot=wish.performer.robot,
            moves=wish.moves,
            tempo_bpm=float(wish.grid.tempo_at(wish.start_beat)),
            history=wish.history,
            seed=wish.seed,
            start_beat=wish.start_beat,
        )
        part = answer_part(
            said,
            wish.performer,
            wish.moves,
            wish.grid,
            id=wish.id,
            programme=wish.programme,
            start_s=float(wish.grid.time_at(wish.start_beat - LEAD_BEATS)),
        )
    except TemirbekError as error:
        return TurnDone(measured=measured, has_answer=False, history=wish.history, why=str(error))
    wish.path.parent.mkdir(parents=True, exist_ok=True)
    write_part(wish.path, part)
    return TurnDone(measured=measured, has_answer=True, history=said.history)


def work_on_calibration(turn: Turn) -> Calibration:
    """Finds the camera's latency."""
    return calibrate(turn.keypoints, turn.times_s, turn.beats_s)


def work_on_robot(path: Path, performer: str, robot: RobotKind, beats_mix_s: Floats, turn: Turn) -> Measured:
    """Measures the robot's dance as its part has it, on mix time: what it is to do, not what became of it."""
    motion = read_part(path).trajectories[performer]
    at_s = np.arange(beats_mix_s[0] - 0.2, beats_mix_s[-1] + 0.3, 1.0 / LOOKED_AT_HZ)
    skeleton, points = robot_points(motion, robot, at_s)
    return measure_turn(
        points, at_s, beats_mix_s, latency_s=0.0, model=turn.model, earlier=turn.danced, skeleton=skeleton
    )


def _warm(robot: RobotKind) -> None:
    """What is loaded once: the body, and everything that was imported on the way here."""
    robot_model(robot)
    robot_physics(robot)


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
        self._ask(partial(_warm, self._robot), lambda _: None, lambda _: None)

    def turn(
        self, turn: Turn, wish: AnswerWish, done: Callable[[TurnDone], None], failed: Callable[[str], None]
    ) -> None:
        """Has a person's turn measured and answered."""
        self._ask(partial(work_on_turn, turn, wish), done, failed)

    def calibration(
        self, turn: Turn, done: Callable[[Calibration], None], failed: Callable[[str], None]
    ) -> None:
        """Has the camera's latency found."""
        self._ask(partial(work_on_calibration, turn), done, failed)

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
        self._ask(
            partial(work_on_robot, path, performer.id, performer.robot, beats_mix_s, turn), done, failed
        )

    def _ask(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[str], None]
    ) -> None:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin)
        try:
            self._waiting.append((self._pool.submit(work), done, failed))
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
