"""Motions and mixes whose measures are known beforehand."""

import numpy as np
from numpy.typing import NDArray

from temirbek.types import BeatGrid, ExecutedMotion

RATE_HZ = 500.0
POINTS = (
    ("left_hand", "hands"),
    ("right_hand", "hands"),
    ("pelvis", "pelvis"),
    ("foot", "feet"),
    ("chest", "whole"),
)


def clock(tempo_bpm: float = 120.0, n_beats: int = 64, start_s: float = 0.5) -> BeatGrid:
    """A constant beat grid."""
    return BeatGrid(beats_s=start_s + np.arange(n_beats) * 60.0 / tempo_bpm)


def swing(stops_s: NDArray[np.float64], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """A path in metres that stops exactly at the given instants and moves to and fro between them."""
    i = np.clip(np.searchsorted(stops_s, time_s, side="right") - 1, 0, len(stops_s) - 2)
    u = np.clip((time_s - stops_s[i]) / (stops_s[i + 1] - stops_s[i]), 0.0, 1.0)
    eased = 0.5 - 0.5 * np.cos(np.pi * u)
    return 0.3 * np.where(i % 2 == 0, eased, 1.0 - eased)


def dancer(
    stops_s: NDArray[np.float64], *, performer: str = "sky", seconds: float = 31.0, **facts: object
) -> ExecutedMotion:
    """A dancer all of whose points stop exactly at the given instants."""
    n = int(seconds * RATE_HZ)
    time_s = np.arange(n) / RATE_HZ
    x = swing(stops_s, time_s)
    points = np.zeros((n, len(POINTS), 3))
    points[:, :, 0] = x[:, None] * np.array([1.0, 1.2, 0.4, 0.3, 0.5])
    values: dict[str, object] = {
        "performer": performer,
        "robot": "g1",
        "start_s": 0.0,
        "rate_hz": RATE_HZ,
        "joint_names": ("knee", "ankle"),
        "qpos": np.zeros((n, 9)),
        "key_point_names": tuple(name for name, _ in POINTS),
        "key_point_parts": tuple(part for _, part in POINTS),
        "key_points_m": points,
        "torque_share": np.full(n, 0.5),
        "torque_share_peak": np.array([0.4, 0.75]),
        "joint_error_rad": np.full(n, 0.02),
        "cop_margin_m": np.linspace(0.0, 0.1, n),
        "foot_force_n": np.zeros((n, 2)),
        "self_collisions": 0,
        "collision_pairs": (),
        "fell_at_s": None,
        "guard_interventions": 0,
        "solver_failures": 0,
    }
    return ExecutedMotion(**(values | facts))  # type: ignore[arg-type]
