"""What the arms throw, the waist can hold."""

import numpy as np
import pytest

from temirbek.choreography import load_moves
from temirbek.motion import realize
from temirbek.motion.effort import TORQUE_SHARE, torque_shares
from temirbek.motion.smooth import Motion
from temirbek.robots import default_stage, robot_model, robot_physics
from temirbek.types import BeatGrid, Choreography, MoveCall, Performer

SOLO = Performer(id="solo", name="Solo", robot="g1", role="dancer", mark_m=(0.0, 0.0))


@pytest.mark.parametrize("groove", ["rock", "hips"])
def test_the_heaviest_figure_at_the_fastest_tempo_stays_within_the_motors(groove: str) -> None:
    grid = BeatGrid(beats_s=0.1 + np.arange(24) * 60.0 / 139.0)
    calls = tuple(
        MoveCall(performer="solo", move=name, start_beat=4.0, length_beats=8.0, intensity=1.0)
        for name in (groove, "raise_the_roof")
    )
    robot, physics = robot_model("g1"), robot_physics("g1")
    number = Choreography(performers=(SOLO,), calls=calls)
    t = realize(
        number, SOLO, grid, load_moves(), robot, physics, default_stage(), (), end_s=float(grid.time_at(15))
    )
    shares = torque_shares(Motion(qpos=t.qpos, qvel=t.qvel, qacc=t.qacc), robot, physics)
    assert shares.max() < TORQUE_SHARE + 0.12  # balance moves the body a little afterwards
    shoulder = t.qpos[:, 7 + robot.joint_names.index("left_shoulder_pitch_joint")]
    assert shoulder.min() < -1.6  # and it is still danced
