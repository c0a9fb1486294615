"""Robots: bodies, and the hands that move them."""

from temirbek.robots.bodies import robot_model, robot_physics, robot_spec

__all__ = ["robot_model", "robot_physics", "robot_spec"]
