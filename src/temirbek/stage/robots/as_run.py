"""How a part was really danced, against the beat that sounded: ``python -m temirbek.stage.robots.as_run TAKE OUT``.

Every row bears the mix time that sounded when physics had got there: sound, steps that came late, and the music's own changes
of tempo are all in the error. Accents are found as in rehearsals (:mod:`temirbek.measures.beat_error`).
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from numpy.typing import NDArray

from temirbek.measures.beat_error import BeatError, errors_at, executed_accents, mean_speed
from temirbek.robots import robot_model, robot_physics
from temirbek.stage.robots.parts import About
from temirbek.stage.robots.recorder import HEAD
from temirbek.store.nouns import from_json
from temirbek.types import Performer

Floats = NDArray[np.float64]
NICE = 10
RATE_HZ = 250.0
LEAST_S = 1.0
"""Shorter takes are not measured."""
MARGIN_S = 0.5
"""So much at both ends of a take belongs to coming and going."""


def measure_take(folder: Path) -> dict[str, Any]:
    """The measures of a take, as JSON values.

    Args:
        folder: As :class:`~temirbek.stage.robots.recorder.Recorder` wrote it.
    """
    about = from_json(About, json.loads((folder / "about.json").read_text(encoding="utf-8")))
    robots = {}
    for path in sorted(folder.glob("*.json")):
        if path.name == "about.json":
            continue
        said = json.loads(path.read_text(encoding="utf-8"))
        performer = from_json(Performer, said["performer"])
        columns = max(int(said["columns"]), HEAD)
        rows = np.fromfile(path.with_suffix(".rows"))
        rows = rows[: len(rows) // columns * columns].reshape(-1, columns)
        measures = _measure(rows, performer, about)
        robots[performer.id] = {
            **measures,
            "fell": said["fell"],
            "guard_interventions": said["interventions"],
        }
    return {"part": about.id, "title": about.title, "programme": about.programme, "robots": robots}


def _measure(rows: Floats, performer: Performer, about: About) -> dict[str, Any]:
    rows = rows[np.isfinite(rows[:, 1])] if len(rows) else rows
    if len(rows):
        rows = rows[np.r_[True, np.diff(np.maximum.accumulate(rows[:, 1])) > 0.0]]
    if len(rows) < LEAST_S * RATE_HZ:
        return {"danced_s": 0.0, "accents": 0}
    mix_s = rows[:, 1]
    even_s = np.arange(mix_s[0], mix_s[-1], 1.0 / RATE_HZ)
    points = _key_points(rows[:, HEAD:], performer)
    even = np.stack([np.interp(even_s, mix_s, column) for column in points.reshape(len(rows), -1).T], axis=1)
    even = even.reshape(len(even_s), *points.shape[1:])
    speed = mean_speed(even, RATE_HZ)
    executed_s = executed_accents(speed, RATE_HZ, float(even_s[0]))
    beats = np.unique([a.beat for a in about.accents.get(performer.id, ()) if a.part == "whole"])
    planned_s = np.asarray(about.grid.time_at(beats)) if len(beats) else np.zeros(0)
    planned_s = planned_s[(planned_s > even_s[0] + MARGIN_S) & (planned_s < even_s[-1] - MARGIN_S)]
    error = BeatError(
        part="whole", planned_s=planned_s, error_ms=errors_at(executed_s, planned_s, about.grid)
    )
    return {
        "danced_s": round(float(rows[-1, 0] - rows[0, 0]), 2),
        "from_mix_s": round(float(mix_s[0]), 3),
        "to_mix_s": round(float(mix_s[-1]), 3),
        "accents": error.count,
        "coverage": round(error.coverage, 3),
        "mean_ms": _number(error.mean_ms),
        "p95_ms": _number(error.p95_ms),
        "bias_ms": _number(error.bias_ms),
        "torque_peak": round(float(rows[:, 2].max()), 3),
    }


def _number(value: float) -> float | None:
    return round(value, 2) if np.isfinite(value) else None


def _key_points(poses: Floats, performer: Performer) -> Floats:
    """Where the key points were, shape (n, k, 3)."""
    physics, model = robot_physics(performer.robot), robot_model(performer.robot)
    data = mujoco.MjData(physics)
    bodies = [physics.body(name).id for name, _ in model.key_points]
    points = np.zeros((len(poses), len(bodies), 3))
    for k, pose in enumerate(poses):
        data.qpos[:] = pose
        mujoco.mj_kinematics(physics, data)
        points[k] = data.xpos[bodies]
    return points


def main(arguments: list[str]) -> int:
    """Measures a take, writes the measures and throws the rows away."""
    os.setpriority(os.PRIO_PROCESS, 0, NICE)
    folder, out = Path(arguments[0]), Path(arguments[1])
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    partial.write_text(json.dumps(measure_take(folder), ensure_ascii=False, indent=1), encoding="utf-8")
    partial.replace(out)
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
