"""The work of a battle, as its worker process does it: measuring turns, making answers, looking at the robot's own dance.

Figures of one core: a turn of eight bars is measured in 11 ms; an answer of a Go2 takes half a second, one of a G1 two to
three seconds (``benchmarks/battle.py``).
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.battle import Calibration, Measured, answer, calibrate, measure_turn
from temirbek.errors import TemirbekError
from temirbek.robots import robot_model, robot_physics
from temirbek.stage.battle_dances import answer_part, robot_points
from temirbek.stage.battle_workshop import LEAD_BEATS, AnswerWish, Turn, TurnDone
from temirbek.stage.robots.parts import read_part, write_part
from temirbek.types import RobotKind

Floats = NDArray[np.float64]

LOOKED_AT_HZ = 50.0


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


def warm_up(robot: RobotKind) -> None:
    """Loads once what is needed later: the body, and everything that was imported on the way here."""
    robot_model(robot)
    robot_physics(robot)
