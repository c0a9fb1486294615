"""Executed motion as one ``.npz``: plain arrays that any tool can read (documented in ``docs/formats.md``)."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.types import ExecutedMotion, Wait

_ARRAYS = (
    "qpos",
    "key_points_m",
    "torque_share",
    "torque_share_peak",
    "joint_error_rad",
    "cop_margin_m",
    "foot_force_n",
    "torque_rms_share",
    "foot_slip_m",
)
_MOMENTS = ("fell_at_s", "fall_seen_at_s")
_NAMES = ("joint_names", "key_point_names", "key_point_parts")


def write_motion(path: Path, executed: Mapping[str, ExecutedMotion]) -> None:
    """Writes the motion of all performers; keys are ``<performer>/<field>``."""
    arrays: dict[str, NDArray[Any]] = {"performers": np.array(list(executed))}
    for performer, motion in executed.items():
        for name in _ARRAYS:
            arrays[f"{performer}/{name}"] = getattr(motion, name)
        for name in _NAMES:
            arrays[f"{performer}/{name}"] = np.array(getattr(motion, name))
        arrays[f"{performer}/robot"] = np.array(motion.robot)
        arrays[f"{performer}/start_s"] = np.array(motion.start_s)
        arrays[f"{performer}/rate_hz"] = np.array(motion.rate_hz)
        for name in _MOMENTS:
            moment_s = getattr(motion, name)
            arrays[f"{performer}/{name}"] = np.array(np.nan if moment_s is None else moment_s)
        wait = motion.wait
        arrays[f"{performer}/wait_lying"] = np.array("" if wait is None else wait.lying)
        arrays[f"{performer}/wait"] = np.array([] if wait is None else [wait.from_s, wait.distance_m])
        arrays[f"{performer}/collision_pairs"] = np.array(motion.collision_pairs, dtype=str).reshape(-1, 2)
        counts = [motion.self_collisions, motion.guard_interventions, motion.solver_failures]
        arrays[f"{performer}/counts"] = np.array(counts, dtype=np.int64)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # any name may be an array
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_motion(path: Path) -> dict[str, ExecutedMotion]:
    """The motion of all performers, as :func:`write_motion` wrote it."""
    with np.load(path, allow_pickle=False) as data:
        return {str(performer): _read_one(data, str(performer)) for performer in data["performers"]}


def _read_one(data: Mapping[str, NDArray[Any]], performer: str) -> ExecutedMotion:
    fell_at_s, fall_seen_at_s = (_moment_s(data[f"{performer}/{name}"]) for name in _MOMENTS)
    self_collisions, guard_interventions, solver_failures = (int(x) for x in data[f"{performer}/counts"])
    names = {name: tuple(str(x) for x in data[f"{performer}/{name}"]) for name in _NAMES}
    return ExecutedMotion(
        performer=performer,
        robot=str(data[f"{performer}/robot"]),
        start_s=float(data[f"{performer}/start_s"]),
        rate_hz=float(data[f"{performer}/rate_hz"]),
        fell_at_s=fell_at_s,
        fall_seen_at_s=fall_seen_at_s,
        collision_pairs=tuple((str(a), str(b)) for a, b in data[f"{performer}/collision_pairs"]),
        self_collisions=self_collisions,
        guard_interventions=guard_interventions,
        solver_failures=solver_failures,
        joint_names=names["joint_names"],
        key_point_names=names["key_point_names"],
        key_point_parts=names["key_point_parts"],
        wait=_wait(data, performer),
        **{name: data[f"{performer}/{name}"] for name in _ARRAYS},
    )


def _wait(data: Mapping[str, NDArray[Any]], performer: str) -> Wait | None:
    told = data.get(f"{performer}/wait", np.zeros(0))  # older files tell of no waiting
    if not len(told):
        return None
    from_s, distance_m = told.tolist()
    lying = str(data[f"{performer}/wait_lying"])
    return Wait(performer=performer, from_s=from_s, lying=lying, distance_m=distance_m)


def _moment_s(value: NDArray[Any]) -> float | None:
    return None if np.isnan(value) else float(value)
