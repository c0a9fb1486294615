"""Where people are, as a robot has it: how far, facing it or not, before it, to which side."""

from math import atan2, cos, hypot, pi

from temirbek.types import COCO_KEYPOINTS, BodyTrack, RobotNow

FACING_RAD = 0.9
"""Who turns the chest further away from a robot than this does not face it."""
BEFORE_RAD = 0.5
SURE = 0.4
_NOSE, _LEFT, _RIGHT = (COCO_KEYPOINTS.index(n) for n in ("nose", "left_shoulder", "right_shoulder"))


def away_m(track: BodyTrack, robot: RobotNow) -> float | None:
    """From the robot to the person [m]; None where one of the places is unknown."""
    if track.position_m is None or robot.position_m is None:
        return None
    return hypot(track.position_m[0] - robot.position_m[0], track.position_m[1] - robot.position_m[1])


def bearing_rad(track: BodyTrack, robot: RobotNow) -> float | None:
    """To which side of its own heading the robot has the person, counter-clockwise (−π to π)."""
    if track.position_m is None or robot.position_m is None:
        return None
    way = atan2(track.position_m[1] - robot.position_m[1], track.position_m[0] - robot.position_m[0])
    return short(way - robot.heading_rad)


def is_before(track: BodyTrack, robot: RobotNow) -> bool:
    """Whether the person stands before the robot's chest."""
    bearing = bearing_rad(track, robot)
    return bearing is not None and abs(bearing) <= BEFORE_RAD


def faces(track: BodyTrack, robot: RobotNow) -> bool:
    """Whether the person faces the robot; by the face in the picture where no heading is known.

    A camera stands at the robots' side, so whoever shows it nose and shoulders the right way round faces them too.
    """
    if track.heading_rad is not None and track.position_m is not None and robot.position_m is not None:
        way = atan2(robot.position_m[1] - track.position_m[1], robot.position_m[0] - track.position_m[0])
        return cos(way - track.heading_rad) >= cos(FACING_RAD)
    points = track.keypoints
    if not len(points) or min(points[k, 2] for k in (_NOSE, _LEFT, _RIGHT)) < SURE:
        return False
    return bool(points[_LEFT, 0] > points[_RIGHT, 0])


def short(angle_rad: float) -> float:
    """The same angle between −π and π."""
    return (angle_rad + pi) % (2.0 * pi) - pi
