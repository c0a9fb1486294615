"""Where a robot may be: on the stage, out of people's zones, and not inside itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.robots import default_stage, robot_model, robot_physics
from temirbek.robots.bodies.spec import BODIES
from temirbek.robots.workspace import EDGE_M, ZONE_M, Workspace
from temirbek.types import RobotCommand, RobotReadings, RobotState, Zone

MODEL, PHYSICS = robot_model("g1"), robot_physics("g1")
J = len(MODEL.joint_names)
ARTIST = Zone(id="artist", title="the singer", corners_m=((1.0, -1.0), (2.0, -1.0), (2.0, 1.0), (1.0, 1.0)))
STAGE = replace(default_stage(), zones=(ARTIST,))


def workspace(stage=STAGE) -> Workspace:  # type: ignore[no-untyped-def]
    return Workspace(BODIES["g1"], MODEL, PHYSICS, stage)


def at(x: float, y: float, heading_rad: float = 0.0) -> RobotState:
    return RobotState(
        host_s=0.0,
        base_position_m=np.array([x, y, MODEL.stand_height_m]),
        base_quat_wxyz=np.array([np.cos(heading_rad / 2), 0, 0, np.sin(heading_rad / 2)]),
        base_velocity_m_s=np.zeros(3),
        base_angular_rad_s=np.zeros(3),
        joints_rad=MODEL.stand_rad,
        joints_rad_s=np.zeros(J),
    )


READINGS = RobotReadings(
    host_s=0.0,
    angular_rad_s=np.zeros(3),
    acceleration_m_s2=np.zeros(3),
    joints_rad=MODEL.stand_rad,
    joints_rad_s=np.zeros(J),
    torques_nm=np.zeros(J),
)


def posture(**angles: float) -> RobotCommand:
    joints = np.array(MODEL.stand_rad)
    for name, angle in angles.items():
        joints[MODEL.joint_names.index(f"{name}_joint")] = angle
    return RobotCommand(
        joints_rad=joints,
        joints_rad_s=np.ones(J),
        torques_nm=np.zeros(J),
        kp=MODEL.kp,
        kd=MODEL.kd,
        expires_s=1.0,
    )


def test_an_allowed_command_passes_untouched() -> None:
    here, asked = workspace(), posture()
    assert here.limit(asked, READINGS, at(-2.0, 0.0)) is asked
    assert here.interventions == 0


def test_a_hand_that_would_go_through_the_chest_stays_where_it_was() -> None:
    here, before = workspace(), posture(left_elbow=0.3)
    here.limit(before, READINGS, at(-2.0, 0.0))
    limited = here.limit(
        posture(left_shoulder_yaw=-1.8, left_elbow=0.0, left_shoulder_roll=-0.2), READINGS, at(-2.0, 0.0)
    )
    np.testing.assert_array_equal(limited.joints_rad, before.joints_rad)
    assert not limited.joints_rad_s.any()
    assert here.interventions == 1 and not here.has_left


def test_an_arm_does_not_reach_into_a_zone_of_people() -> None:
    here, stretched = workspace(), posture(left_shoulder_pitch=-1.5, left_elbow=1.5)
    assert here.limit(stretched, READINGS, at(0.1, 0.0)) is stretched
    limited = here.limit(stretched, READINGS, at(0.65, 0.0))
    assert (
        limited.joints_rad is stretched.joints_rad
    )  # the last allowed posture was the same one, farther away
    assert here.interventions == 1
    assert here.limit(stretched, READINGS, at(0.65, 0.0, heading_rad=np.pi)) is stretched


@settings(max_examples=40, deadline=None)
@given(x=st.floats(-6, 6), y=st.floats(-6, 6))
def test_the_base_is_on_the_stage_and_out_of_zones(x: float, y: float) -> None:
    outside = max(abs(x) - 4.0, abs(y) - 4.0) > -EDGE_M
    gap = max(1.0 - x, x - 2.0, -1.0 - y, y - 1.0)  # beyond a side
    assert workspace().contains(np.array([x, y])) is (not outside and gap >= ZONE_M)


@pytest.mark.parametrize("place", [(3.9, 0.0), (1.5, 0.0), (np.nan, 0.0)])
def test_a_robot_that_left_is_damped_and_stays_so(place: tuple[float, float]) -> None:
    here = workspace()
    assert not here.limit(posture(), READINGS, at(*place)).kp.any()
    assert not here.limit(posture(), READINGS, at(-2.0, 0.0)).kp.any()
    assert here.has_left
