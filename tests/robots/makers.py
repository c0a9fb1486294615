"""Trajectories for tests: standing, and small dances that no inverse kinematics is needed for."""

import numpy as np

from temirbek.types import Performer, RobotModel, Trajectory

RATE_HZ = 250.0


def performer(robot: str = "g1", name: str = "sky", mark_m: tuple[float, float] = (1.2, 0.95)) -> Performer:
    """A performer of a body."""
    role = "dancer" if robot == "g1" else "animal"
    return Performer(id=name, name=name, robot=robot, role=role, mark_m=mark_m)  # type: ignore[arg-type]


def arm_waving(
    who: Performer, model: RobotModel, *, seconds: float, waves_hz: float = 0.0, ground_m: float = 0.0
) -> Trajectory:
    """Standing on the mark; with ``waves_hz`` both shoulders (or for a Go2 nothing) swing by ±0.4 rad."""
    times = np.arange(int(seconds * RATE_HZ) + 1) / RATE_HZ
    joints = len(model.joint_names)
    qpos = np.zeros((len(times), 7 + joints))
    qpos[:, :3] = (*who.mark_m, model.stand_height_m + ground_m)
    qpos[:, 3], qpos[:, 6] = np.cos(who.facing_rad / 2), np.sin(who.facing_rad / 2)
    qpos[:, 7:] = model.stand_rad
    qvel, qacc = np.zeros((len(times), 6 + joints)), np.zeros((len(times), 6 + joints))
    if waves_hz and who.robot == "g1":
        omega = 2 * np.pi * waves_hz
        for side in ("left", "right"):
            j = model.joint_names.index(f"{side}_shoulder_pitch_joint")
            qpos[:, 7 + j] -= 0.4 * (1 - np.cos(omega * times))
            qvel[:, 6 + j] = -0.4 * omega * np.sin(omega * times)
            qacc[:, 6 + j] = -0.4 * omega**2 * np.cos(omega * times)
    return Trajectory(
        performer=who.id,
        joint_names=model.joint_names,
        foot_names=model.foot_names,
        start_s=2.0,
        rate_hz=RATE_HZ,
        qpos=qpos,
        qvel=qvel,
        qacc=qacc,
        contacts=np.ones((len(times), len(model.foot_names)), dtype=bool),
    )
