"""The rigid-body kinematics of one state, worked out once for all who ask."""

import mujoco

from temirbek.types import RobotState


class Kinematics:
    """Positions and speeds of all bodies at a robot's state.

    The fall watch and the controller look at the same state in the same control step: whoever comes second finds the
    work done.

    Args:
        physics: The robot alone (:func:`~temirbek.robots.robot_physics`).

    Attributes:
        data: With position, velocity, kinematics, comPos and comVel of the state taken last.
    """

    def __init__(self, physics: mujoco.MjModel) -> None:
        self._physics, self.data = physics, mujoco.MjData(physics)
        self._qpos, self._qvel = self.data.qpos, self.data.qvel
        self._state: RobotState | None = None

    def take(self, state: RobotState) -> None:
        """Brings the data to a state; the same object again costs nothing."""
        if state is self._state:
            return
        self._state = state
        q, v = self._qpos, self._qvel
        q[:3], q[3:7], q[7:] = state.base_position_m, state.base_quat_wxyz, state.joints_rad
        v[:3], v[3:6], v[6:] = state.base_velocity_m_s, state.base_angular_rad_s, state.joints_rad_s
        mujoco.mj_kinematics(self._physics, self.data)
        mujoco.mj_comPos(self._physics, self.data)
        mujoco.mj_comVel(self._physics, self.data)
