"""Reference motion as it lies ready for the loop: every number of an instant in one row, any instant between two rows.

A :class:`Tape` is worked out ahead, by :func:`write_tape` in a process of its own, because it costs seconds; the loop maps it
into memory. Its rows lie 4 ms apart on the part's own time. :meth:`Tape.at` gives the row of any instant, danced at any
speed: velocities grow with the speed, accelerations with its square. :meth:`Tape.lay` puts such a row (or a blend of two)
where the controller looks for it: in the window, a private copy of the rows. Lookups that reach ahead (where a foot will
land) find the rows as they were made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temirbek.robots import robot_model, robot_physics
from temirbek.robots.bodies.spec import BODIES
from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.robots.falls import Expected, expected_of
from temirbek.robots.reference import Reference, make_reference
from temirbek.types import RobotKind, Trajectory

Floats = NDArray[np.float64]
Columns = NDArray[np.int64]
ROWS_FILE, REST_FILE = "rows.npy", "rest.npz"
_RATES = {"qvel": 1, "qacc": 2, "com_m_s": 1, "com_m_s2": 2, "foot_m_s": 1, "foot_m_s2": 2}
"""By which power of the speed a field grows; the others do not."""
_EXPECTED = ("up", "least_height_m", "travel_m")
_REST = ("contacts", "soles", "touch_row", "lift_row", "share", "coming_share")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """Where the numbers of an instant lie in a row.

    Attributes:
        fields: Field of the reference → (first column, shape of one instant).
        width: Columns.
        slices: Field → its columns.
        across: Columns of everything along x and y that turns when the robot is turned on the floor, shape (2, n).
        is_place: Which of those are places, that move with it as well, shape (n,); the others are directions and speeds.
        rates: Columns of speeds, those of accelerations, and those of the places that they belong to, shape (3, m);
            the trunk's turning (the entries in ``turning``) has no such columns, its own quaternion stands there.
        turning: Entries of ``rates`` that are the trunk's angular velocity.
    """

    fields: dict[str, tuple[int, tuple[int, ...]]]
    width: int
    slices: dict[str, slice]
    across: Columns
    is_place: Floats
    rates: Columns
    turning: slice

    def columns(self, name: str) -> slice:
        """The columns of a field."""
        return self.slices[name]

    def view(self, rows: Floats, name: str) -> Floats:
        """A field of many rows, shape (n, …)."""
        viewed: Floats = rows[:, self.slices[name]].reshape(len(rows), *self.fields[name][1])
        return viewed


@cache
def layout_of(kind: RobotKind) -> Layout:
    """How the rows of a body are laid out."""
    model = robot_model(kind)
    joints, feet = len(model.joint_names), len(model.foot_names)
    shapes: dict[str, tuple[int, ...]] = {
        "qpos": (7 + joints,),
        "qvel": (6 + joints,),
        "qacc": (6 + joints,),
        "com_m": (3,),
        "com_m_s": (3,),
        "com_m_s2": (3,),
        "foot_m": (feet, 3),
        "foot_m_s": (feet, 3),
        "foot_m_s2": (feet, 3),
        "foot_matrix": (feet, 3, 3),
    }
    fields, at = {}, 0
    for name, shape in shapes.items():
        fields[name] = (at, shape)
        at += int(np.prod(shape))
    slices = {name: slice(start, start + int(np.prod(shape))) for name, (start, shape) in fields.items()}
    places, directions = _flat(slices, feet)
    return Layout(
        fields=fields,
        width=at,
        slices=slices,
        across=np.concatenate([places, directions], axis=1),
        is_place=np.repeat([1.0, 0.0], [places.shape[1], directions.shape[1]]),
        rates=_rates(slices),
        turning=slice(3, 6),
    )


def _flat(slices: Mapping[str, slice], feet: int) -> tuple[Columns, Columns]:
    """Columns along x and y: of places, and of directions and speeds, each of shape (2, n)."""

    def first(name: str, step: int = 3) -> Columns:
        return np.arange(slices[name].start, slices[name].stop, step)

    places = np.concatenate([[slices["qpos"].start], first("com_m"), first("foot_m")])
    speeds = [first(name) for name in ("com_m_s", "com_m_s2", "foot_m_s", "foot_m_s2")]
    bases = np.array([slices["qvel"].start, slices["qacc"].start])
    directions = np.concatenate([bases, *speeds])
    # Columns of a matrix are directions: its first row is their x, its second row their y.
    tops = first("foot_matrix", 9)[:, None] + np.arange(3)
    return (
        np.stack([places, places + 1]),
        np.stack([np.append(directions, tops), np.append(directions + 1, tops + 3)]),
    )


def _rates(slices: Mapping[str, slice]) -> Columns:
    """Columns of speeds, accelerations, places; those of the trunk's turning point at its quaternion."""
    all_of = {name: np.arange(s.start, s.stop) for name, s in slices.items()}
    qpos = all_of["qpos"]
    return np.stack(
        [
            np.concatenate([all_of["qvel"], all_of["com_m_s"], all_of["foot_m_s"]]),
            np.concatenate([all_of["qacc"], all_of["com_m_s2"], all_of["foot_m_s2"]]),
            np.concatenate([qpos[:6], qpos[7:], all_of["com_m"], all_of["foot_m"]]),
        ]
    )


def write_tape(
    folder: Path, kind: RobotKind, trajectory: Trajectory, *, start_s: float, end_s: float
) -> None:
    """Works a trajectory out for the loop: seconds of work.

    Args:
        folder: Where to; made if need be.
        kind: Whose body.
        trajectory: What is danced.
        start_s, end_s: From when until when [s, the trajectory's time].
    """
    reference = make_reference(
        trajectory,
        robot_physics(kind),
        BODIES[kind],
        start_s=start_s,
        step_s=CONTROL_STEP_S,
        rows=int(np.floor((end_s - start_s) / CONTROL_STEP_S + 1e-6)) + 1,
    )
    layout = layout_of(kind)
    rows = np.zeros((len(reference.qpos), layout.width))
    for name in layout.fields:
        layout.view(rows, name)[:] = getattr(reference, name)
    _same_side(layout.view(rows, "qpos")[:, 3:7])
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / ROWS_FILE, rows)
    rest = {name: getattr(reference, name) for name in _REST}
    expected = expected_of(reference)
    rest |= {name: getattr(expected, name) for name in _EXPECTED}
    with (folder / REST_FILE).open("wb") as file:
        np.savez(
            file,
            start_s=np.array(start_s),
            pendulum_rad_s=np.array(reference.pendulum_rad_s),
            **rest,
        )


def _same_side(quats: Floats) -> None:
    """Quaternions of which none is the negative of its neighbour, so that lines between them are short."""
    flips = np.cumprod(np.where((quats[1:] * quats[:-1]).sum(axis=1) < 0.0, -1.0, 1.0))
    quats[1:] *= flips[:, None]


class Tape:
    """A reference that is danced at any time and at any speed.

    Args:
        kind: Whose body.
        rows: As laid out, shape (n, width); read only.
        window: The same rows, to be written into.
        rest: The reference's other fields.
        start_s, pendulum_rad_s: As in the reference.
        expected: What the fall watch expects of it.

    Attributes:
        reference: What the controller follows; :meth:`lay` keeps its present row right.
    """

    def __init__(
        self,
        kind: RobotKind,
        rows: Floats,
        window: Floats,
        rest: Mapping[str, Any],
        start_s: float,
        pendulum_rad_s: float,
        expected: Expected,
    ) -> None:
        self.kind, self.layout = kind, layout_of(kind)
        self._rows, self._window, self._last = rows, window, len(rows) - 1
        self._power = np.zeros(self.layout.width)
        for name, power in _RATES.items():
            self._power[self.layout.columns(name)] = power
        self._speed, self._grows = 1.0, np.ones(self.layout.width)
        fields: dict[str, Any] = {name: self.layout.view(window, name) for name in self.layout.fields}
        fields |= rest
        self.expected = expected
        self.reference = Reference(
            start_s=start_s,
            step_s=CONTROL_STEP_S,
            pendulum_rad_s=pendulum_rad_s,
            **fields,
        )
        self._soles = self.reference.soles.copy()
        self.planted_until = np.where(
            self.reference.contacts.all(axis=1), self.reference.lift_row.min(axis=1), -1
        )

    @classmethod
    def read(cls, folder: Path, kind: RobotKind) -> "Tape":
        """What :func:`write_tape` wrote, mapped into memory."""
        with np.load(folder / REST_FILE, allow_pickle=False) as data:
            rest = {name: data[name] for name in _REST}
            expected = Expected(**{name: data[name] for name in _EXPECTED})
            start_s, pendulum_rad_s = float(data["start_s"]), float(data["pendulum_rad_s"])
        # Views without numpy's class for mapped files, whose every slice costs a microsecond more.
        rows = np.load(folder / ROWS_FILE, mmap_mode="r").view(np.ndarray)
        window = np.load(folder / ROWS_FILE, mmap_mode="c").view(np.ndarray)
        return cls(kind, rows, window, rest, start_s, pendulum_rad_s, expected)

    @classmethod
    def still(cls, kind: RobotKind, trajectory: Trajectory) -> "Tape":
        """A tape of a posture that is held: the trajectory's first row."""
        reference = make_reference(
            trajectory,
            robot_physics(kind),
            BODIES[kind],
            start_s=trajectory.start_s,
            step_s=CONTROL_STEP_S,
            rows=3,
        )
        layout = layout_of(kind)
        rows = np.zeros((len(reference.qpos), layout.width))
        for name in layout.fields:
            layout.view(rows, name)[:] = getattr(reference, name)
        rest = {name: getattr(reference, name) for name in _REST}
        return cls(
            kind,
            rows,
            rows.copy(),
            rest,
            reference.start_s,
            reference.pendulum_rad_s,
            expected_of(reference),
        )

    @property
    def start_s(self) -> float:
        """Time of the first row [s]."""
        return self.reference.start_s

    @property
    def end_s(self) -> float:
        """Time of the last row [s]."""
        return self.start_s + self._last * CONTROL_STEP_S

    @property
    def last(self) -> int:
        """Number of the last row."""
        return self._last

    def position(self, time_s: float) -> float:
        """Row (with its fraction) of an instant of the tape's own time; held at the ends."""
        return min(max((time_s - self.start_s) / CONTROL_STEP_S, 0.0), float(self._last))

    def row(self, position: float) -> int:
        """The row nearest to a position."""
        return min(max(round(position), 0), self._last)

    def at(self, position: float, speed: float) -> Floats:
        """The numbers of an instant.

        Args:
            position: Row, with its fraction.
            speed: Tape seconds per second; 0 holds still.
        """
        k = min(int(position), self._last - 1)
        row: Floats = self._rows[k] + (position - k) * (self._rows[k + 1] - self._rows[k])
        quat = row[3:7]
        quat /= np.sqrt(quat @ quat)
        if speed != 1.0:
            if speed != self._speed:
                self._speed, self._grows = speed, np.power(max(speed, 0.0), self._power)
            row *= self._grows
        return row

    def lay(self, row: int, numbers: Floats) -> None:
        """Puts the numbers of this instant where the controller looks for them."""
        self._window[row] = numbers

    def soles(self, position: float) -> Floats:
        """Places of the soles at a row, where they were made: x, y, z [m] and heading [rad], shape (feet, 4)."""
        soles: Floats = self._soles[self.row(position)]
        return soles

    def put(self, moved: Callable[[Floats], Floats]) -> None:
        """Has the controller find the soles elsewhere: ``moved`` says where.

        The rows themselves are moved one by one, by whoever lays them.
        """
        self.reference.soles[:] = moved(self._soles)

    def is_planted(self, position: float, rows: float) -> bool:
        """Whether all feet stand from a position on for so many rows."""
        first = self.row(position)
        until = int(self.planted_until[first])
        return until >= min(first + rows, self._last)
