"""Reads recorded motion of a Unitree G1 from a table of numbers (the CSV of g1-moves and kindred collections).

One row is one posture: root position x y z [m], root quaternion **x y z w**, 29 joint angles [rad] in Unitree's order
(left leg 6, right leg 6, waist yaw roll pitch, left arm 7, right arm 7). There may be a first line with names; they
must then name these columns in this order. The rate is not in the file.

A file is refused as a whole, with all its faults at once: rows of another length, words, NaN, quaternions that are not
of length 1 or that put the scalar first, heights that no standing robot has, angles in degrees.
"""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.types.capture import RobotCapture

Floats = NDArray[np.float64]

RATE_HZ = 60.0
_LEG = ("hip_pitch", "hip_roll", "hip_yaw", "knee", "ankle_pitch", "ankle_roll")
_ARM = ("shoulder_pitch", "shoulder_roll", "shoulder_yaw", "elbow", "wrist_roll", "wrist_pitch", "wrist_yaw")
G1_JOINTS = (
    *(f"{side}_{joint}" for side in ("left", "right") for joint in _LEG),
    *("waist_yaw", "waist_roll", "waist_pitch"),
    *(f"{side}_{joint}" for side in ("left", "right") for joint in _ARM),
)
"""Unitree's order of the 29 joints."""
_ROOT = ("x", "y", "z", "qx", "qy", "qz", "qw")
_COLUMNS = len(_ROOT) + len(G1_JOINTS)
_MOST_FAULTS = 12  # more would not help to mend the file
_LONGEST_ROWS = 600_000  # 83 minutes at 120 Hz
_LEAST_ROWS = 30


def read_g1_csv(path: Path, *, rate_hz: float = RATE_HZ) -> RobotCapture:
    """A recorded motion of a G1.

    Args:
        path: The table.
        rate_hz: Rows a second [Hz]; g1-moves has 60, Unitree's LAFAN1 collection 30.

    Raises:
        InvalidInput: It cannot be read, or is not such a table; the message lists the faults with their lines.
    """
    if not 10.0 <= rate_hz <= 1000.0:
        raise InvalidInput(f"{path.name}: a rate of {rate_hz:g} rows a second; expected 10 to 1000")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: cannot be read as text: {error}") from error
    rows = [(n, row) for n, row in enumerate(csv.reader(text.splitlines()), 1) if any(c.strip() for c in row)]
    faults: list[str] = []
    if rows and not _is_number(rows[0][1][0]):
        faults += _header_faults(*rows.pop(0))
    table = _numbers(rows, faults)
    if not faults:
        faults += _table_faults(table)
    if faults:
        more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        raise InvalidInput(
            f"{path.name}: not the motion of a G1 ({_COLUMNS} columns: x y z, quaternion x y z w, 29 joints):\n  "
            + "\n  ".join([*faults[:_MOST_FAULTS], *more])
        )
    qpos = table.copy()
    quat = table[:, [6, 3, 4, 5]]
    qpos[:, 3:7] = _continuous(quat / np.linalg.norm(quat, axis=1, keepdims=True))
    return RobotCapture(robot="g1", source=path.name, rate_hz=rate_hz, qpos=qpos)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _header_faults(line: int, names: list[str]) -> list[str]:
    """What in a line of names says that the columns are others, or in another order."""
    plain = [_plain(name) for name in names]
    if len(plain) != _COLUMNS:
        return [f"line {line}: {len(plain)} names; expected {_COLUMNS}"]
    return [
        f"line {line}: column {i + 1} is named {names[i].strip()!r}; expected {joint!r} there"
        for i, joint in enumerate(G1_JOINTS, len(_ROOT))
        if plain[i] != joint
    ] + [
        f"line {line}: column {i + 1} is named {names[i].strip()!r}; expected {axis!r} there"
        for i, axis in enumerate(_ROOT)
        if not plain[i].endswith(axis[-1])
    ]


def _plain(name: str) -> str:
    """A column's name without what writers add to it."""
    name = name.strip().lower().replace(" ", "_").replace("-", "_")
    for ending in ("_joint", "_dof", "_rad", "_m", "_pos", "_joint"):
        name = name.removesuffix(ending)
    return name


def _numbers(rows: list[tuple[int, list[str]]], faults: list[str]) -> Floats:
    """The table; every row that is none adds a fault."""
    if not _LEAST_ROWS <= len(rows) <= _LONGEST_ROWS:
        faults.append(f"{len(rows)} rows; expected {_LEAST_ROWS} to {_LONGEST_ROWS}")
    table = np.zeros((len(rows), _COLUMNS))
    for i, (line, row) in enumerate(rows):
        cells = row[:-1] if len(row) == _COLUMNS + 1 and not row[-1].strip() else row
        if len(cells) != _COLUMNS:
            faults.append(f"line {line}: {len(cells)} columns; expected {_COLUMNS}")
            continue
        words = [f"column {c + 1}: {cell.strip()!r}" for c, cell in enumerate(cells) if not _is_number(cell)]
        if words:
            faults.append(f"line {line}: {', '.join(words[:3])}: expected numbers")
            continue
        table[i] = [float(cell) for cell in cells]
        odd = np.flatnonzero(~np.isfinite(table[i]))
        if len(odd):
            faults.append(
                f"line {line}, column {odd[0] + 1}: {cells[odd[0]].strip()}: expected a finite number"
            )
    return table


def _table_faults(table: Floats) -> list[str]:
    """What says that the columns mean something else."""
    faults = []
    length = np.linalg.norm(table[:, 3:7], axis=1)
    row = int(np.argmax(np.abs(length - 1.0)))
    if abs(length[row] - 1.0) > 0.02:
        faults.append(
            f"row {row + 1}: columns 4–7 have length {length[row]:.3f}; expected a quaternion of length 1"
        )
    elif np.median(_upright(table[:, 3:6])) < 0.3:
        first = "; they would with the scalar first" if np.median(_upright(table[:, 4:7])) > 0.7 else ""
        faults.append(f"columns 4–7 read as a quaternion x y z w do not hold the body upright{first}")
    height = float(np.median(table[:, 2]))
    if not 0.3 <= height <= 1.2:
        faults.append(f"column 3: the pelvis is mostly at a height of {height:.3g}; expected 0.3 to 1.2 m")
    joints = np.abs(table[:, 7:])
    if joints.max() > 2 * np.pi:
        row, column = divmod(int(joints.argmax()), joints.shape[1])
        faults.append(
            f"row {row + 1}: {G1_JOINTS[column]} is {table[row, 7 + column]:.4g}; expected radians, no degrees"
        )
    return faults


def _upright(first_two_and_more: Floats) -> Floats:
    """Cosine of the tilt of a body, from x and y of its quaternion, shape (n, 2 or more)."""
    return np.asarray(1.0 - 2.0 * (first_two_and_more[:, 0] ** 2 + first_two_and_more[:, 1] ** 2))


def _continuous(quat: Floats) -> Floats:
    """The same attitudes without jumps of sign."""
    flips = np.where(np.sum(quat[1:] * quat[:-1], axis=1) < 0, -1.0, 1.0)
    return np.asarray(quat * np.concatenate([[1.0], np.cumprod(flips)])[:, None])
