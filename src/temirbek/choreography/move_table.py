"""A table of a move's file, read strictly: every fault is noted with its place in the file, none ends the reading.

Who writes a move sees all that is wrong with it at once. A value that is wrong is replaced by a harmless one so that
the reading can go on; what comes of it is thrown away with the faults.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


def meant(word: str, choices: Sequence[str]) -> str:
    """ "; did you mean 'x'?" where a choice is near, else ""."""
    close = difflib.get_close_matches(str(word), choices, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


@dataclass(frozen=True, slots=True)
class MoveTable:
    """One table of a TOML file.

    Attributes:
        data: What it holds.
        path: Where it is in the file ("" is the top, "layers.legs", "steps.2").
        faults: What was found wrong in the whole file so far; grows.
    """

    data: Mapping[str, Any]
    path: str
    faults: list[str]

    def fault(self, key: str, words: str) -> None:
        """Notes what is wrong with a key."""
        self.faults.append(f"{self._full(key)}: {words}")

    def only(self, allowed: Sequence[str]) -> None:
        """Notes every key that is not among those allowed."""
        for key in self.data:
            if key not in allowed:
                self.fault(key, f"no such key{meant(key, allowed)}; allowed: {', '.join(allowed)}")

    def words(self, key: str) -> str:
        """Words for people, or a name."""
        value = self.data.get(key)
        if isinstance(value, str) and value:
            return value
        self.fault(key, f"{value!r}: expected words")
        return "?"

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of some names."""
        value = self.data.get(key, default)
        if value in choices:
            return str(value)
        self.fault(key, f"{value!r}: expected one of {', '.join(choices)}{meant(str(value), choices)}")
        return choices[0]

    def names(self, key: str, choices: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of names, of some if ``choices`` are given; none where the key is missing."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            self.fault(
                key, f"{value!r}: expected a list of {'names' if choices is None else ', '.join(choices)}"
            )
            return ()
        for name in value if choices is not None else ():
            if name not in choices:  # type: ignore[operator]
                self.fault(
                    key, f"{name!r}: expected one of {', '.join(choices or ())}{meant(name, choices or ())}"
                )
        if len(set(value)) < len(value):
            self.fault(key, f"{value!r}: a name is given twice")
        return tuple(value)

    def yes_or_no(self, key: str) -> bool:
        """True or false; false where the key is missing."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.fault(key, f"{value!r}: expected true or false")
            return False
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number in a range; with a default, the key may be missing."""
        value = self.data.get(key, default)
        if _is_number(value) and low <= value <= high:
            return float(value)
        self.fault(key, f"{value!r}: expected a number from {low:g} to {high:g}")
        return low

    def numbers(self, key: str) -> NDArray[np.float64] | None:
        """A list of numbers; None (and a fault) where it is something else."""
        value = self.data.get(key)
        if isinstance(value, list) and all(_is_number(v) for v in value):
            return np.array(value, dtype=float)
        self.fault(key, f"{value!r}: expected a list of numbers")
        return None

    def range(self, key: str, low: float, high: float) -> tuple[float, float]:
        """[lowest, highest] inside a range."""
        values = self.numbers(key)
        if values is None:
            return low, high
        if len(values) != 2 or not low <= values[0] <= values[1] <= high:
            self.fault(key, f"{values.tolist()}: expected [lowest, highest] from {low:g} to {high:g}")
            return low, high
        return float(values[0]), float(values[1])

    def table(self, key: str) -> "MoveTable | None":
        """A table in this one; None (and a fault) where it is something else."""
        value = self.data.get(key)
        if isinstance(value, dict):
            return MoveTable(value, self._full(key), self.faults)
        self.fault(key, f"{value!r}: expected a table")
        return None

    def tables(self, key: str, shape: str) -> list["MoveTable"]:
        """A list of tables; none where the key is missing."""
        value = self.data.get(key, [])
        if not isinstance(value, list):
            self.fault(key, f"expected a list of {shape}")
            return []
        found = []
        for i, entry in enumerate(value):
            if isinstance(entry, dict):
                found.append(MoveTable(entry, f"{self._full(key)}.{i}", self.faults))
            else:
                self.fault(f"{key}.{i}", f"expected {shape}")
        return found

    def _full(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and bool(np.isfinite(value))
