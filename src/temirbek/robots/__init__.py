"""Robots: bodies, and the hands that move them."""

from temirbek.robots.bodies import figure, robot_model, robot_physics, robot_spec
from temirbek.robots.robot import Robot
from temirbek.robots.scene import build_scene, default_stage
from temirbek.robots.simulation import perform

__all__ = [
    "Robot",
    "build_scene",
    "default_stage",
    "figure",
    "perform",
    "robot_model",
    "robot_physics",
    "robot_spec",
]
