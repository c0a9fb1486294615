"""The room that a robot takes on the stage, from what physics made of the dance.

What is swept
    Forward kinematics of the executed motion, 25 times a second: the capsules of the flesh and the spheres of the soles
    of every body. Nothing here looks at the plan.

How far a robot reaches if it topples
    A robot that topples in a direction u turns over the point of its support that lies farthest in that direction, at e
    along u. A part of its body at x along u and at height h keeps its distance from there while it turns, so it comes
    down no farther than e + √((x − e)² + h²). The fall radius is the greatest of these over all directions and parts,
    counted from the base's place. It holds for a fall without a step; folding (:mod:`temirbek.robots.falls`) makes it
    less. In physics a G1 pushed over by 190 N for 0.15 s came down 0.9–1.2 m away (radius 1.55 m), with its arms over
    its head 1.0–1.4 m (radius 1.84 m); a Go2 thrown over by 330 N slid up to 1.6 m, which radius and stopping way
    together (1.8 m) cover.

How far it needs to stop
    A robot told to stop goes on at its speed until it reacts, and then needs the way of its capture point, speed / ω with
    ω = √(g / height): where it must put its foot to come to rest (Pratt et al., Humanoids 2006).
"""

import mujoco
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from temirbek.robots.bodies.spec import robot_physics
from temirbek.robots.preview import GRAVITY
from temirbek.types import BeatGrid, Envelope, ExecutedMotion, RobotKind

Floats = NDArray[np.float64]

RATE_HZ = 25.0
REACTION_S = 0.25
"""From the order to stop to the first braking force: delays, the end of a stride, and reserve."""
SPEED_OVER_S = 0.25
"""Speeds are means over this time: a base that shakes with the beat does not travel."""
LEAST_HEIGHT_M = 0.1
HULL_DIRECTIONS = 128
"""Of the swept hull: at 3 m across it is exact to a millimetre."""
FALL_DIRECTIONS = 32


def sweep(
    motion: ExecutedMotion,
    robot: RobotKind,
    beat_grid: BeatGrid,
    *,
    from_s: float = -np.inf,
    to_s: float = np.inf,
) -> Envelope:
    """What one robot sweeps over a number.

    Args:
        motion: What it did.
        robot: Its body.
        beat_grid: Of the mix.
        from_s, to_s: The part of the mix that counts [mix s].

    Raises:
        ValueError: Less than two instants of the motion lie in that part.
    """
    every = max(1, round(motion.rate_hz / RATE_HZ))
    rows = np.arange(0, len(motion.qpos), every)
    rows = rows[(motion.time_s[rows] >= from_s) & (motion.time_s[rows] <= to_s)]
    if len(rows) < 2:
        raise ValueError(f"{motion.performer}: no motion between {from_s:g} and {to_s:g} s")
    names, radius_m, start_m, end_m, soles_m = _bodies(motion, robot, rows)
    qpos = np.asarray(motion.qpos[rows], dtype=float)
    base_m, step_s = qpos[:, :2], every / motion.rate_hz
    velocity = uniform_filter1d(np.gradient(base_m, step_s, axis=0), round(SPEED_OVER_S / step_s), axis=0)
    speed_m_s = np.linalg.norm(velocity, axis=1)
    height_m = np.maximum(qpos[:, 2] - soles_m[..., 2].min(axis=1), LEAST_HEIGHT_M)
    return Envelope(
        performer=motion.performer,
        times_s=motion.time_s[rows],
        beats=np.asarray(beat_grid.beat_at(motion.time_s[rows])),
        body_names=names,
        start_m=start_m,
        end_m=end_m,
        radius_m=radius_m,
        base_m=base_m,
        speed_m_s=speed_m_s,
        hull_m=_hull_m(start_m, end_m, radius_m),
        fall_radius_m=_fall_radius_m(base_m, soles_m, start_m, end_m, radius_m),
        stopping_m=speed_m_s * (REACTION_S + np.sqrt(height_m / GRAVITY)),
    )


def _bodies(
    motion: ExecutedMotion, robot: RobotKind, rows: NDArray[np.int_]
) -> tuple[tuple[str, ...], Floats, Floats, Floats, Floats]:
    """Names and radii of the capsules (b,), their ends twice (t, b, 3), and the soles' points (t, s, 3)."""
    physics = robot_physics(robot)
    data = mujoco.MjData(physics)
    names = [physics.geom(g).name for g in range(physics.ngeom)]
    flesh = [g for g, name in enumerate(names) if name.startswith("flesh_")]
    soles = [g for g, name in enumerate(names) if "_sole_" in name]
    geoms = np.array(flesh + soles)
    half_m = np.where(np.arange(len(geoms)) < len(flesh), physics.geom_size[geoms, 1], 0.0)
    middle, axis = np.zeros((2, len(rows), len(geoms), 3))
    for k, row in enumerate(rows):
        data.qpos[:] = motion.qpos[row]
        mujoco.mj_kinematics(physics, data)
        middle[k] = data.geom_xpos[geoms]
        axis[k] = data.geom_xmat[geoms, 2::3]
    along = half_m[:, None] * axis
    links = tuple(str(physics.body(physics.geom_bodyid[g]).name) for g in geoms)
    radius_m = physics.geom_size[geoms, 0].copy()
    return links, radius_m, middle - along, middle + along, middle[:, len(flesh) :]


def _hull_m(start_m: Floats, end_m: Floats, radius_m: Floats) -> Floats:
    """Convex hull of all capsules seen from above, by its outermost points in many directions."""
    points = np.concatenate([start_m[..., :2], end_m[..., :2]])
    corners = []
    for u in _directions(HULL_DIRECTIONS):
        reach = points @ u + radius_m
        k = np.unravel_index(np.argmax(reach), reach.shape)
        corners.append(points[k] + radius_m[k[1]] * u)
    return np.array(corners)


def _fall_radius_m(
    base_m: Floats, soles_m: Floats, start_m: Floats, end_m: Floats, radius_m: Floats
) -> Floats:
    """How far from the base's place a part of the body can come down, see the head of this module."""
    outward = _directions(FALL_DIRECTIONS).T
    parts = np.concatenate([start_m, end_m], axis=1)
    height = parts[..., 2] - soles_m[..., 2].min(axis=1, keepdims=True)
    pivot = ((soles_m[..., :2] - base_m[:, None]) @ outward).max(axis=1, keepdims=True)
    along = (parts[..., :2] - base_m[:, None]) @ outward - pivot
    reach = np.sqrt(along**2 + height[..., None] ** 2) + np.concatenate([radius_m, radius_m])[:, None]
    return np.asarray((pivot[:, 0] + reach.max(axis=1)).max(axis=1))


def _directions(count: int) -> Floats:
    angles = np.arange(count) * 2 * np.pi / count
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)
