"""Bodies: the G1 and the Go2, as data and as physics.

A body is its description file (links, joints, limits) and a page of data of our own (drives, feet, flesh, stand): one
code builds both. Frames are the description's: x forward, y left, z up; angles in rad; joints in the file's order,
which is also the order of MuJoCo's ``qpos[7:]`` and of the motors.
"""

from temirbek.robots.bodies.figure import figure
from temirbek.robots.bodies.model import robot_model
from temirbek.robots.bodies.spec import robot_physics, robot_spec

__all__ = ["figure", "robot_model", "robot_physics", "robot_spec"]
