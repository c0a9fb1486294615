"""Numbers as JSON can hold them: what is not finite becomes null, on purpose and in one place."""

import math
from typing import Any


def finite_or_none(value: float | None, digits: int = 4) -> float | None:
    """The value, rounded, or None where there is none (None, NaN, infinite)."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits)


def is_plain(value: Any) -> bool:
    """Whether strict JSON can hold the value."""
    if isinstance(value, dict):
        return all(isinstance(name, str) and is_plain(v) for name, v in value.items())
    if isinstance(value, list | tuple):
        return all(is_plain(v) for v in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int | bool)
