"""One figure as a person reads it: what it is, how much, against which bar, and what that means in plain words."""

from dataclasses import dataclass
from typing import Any

from temirbek.measures.plain import finite_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Between which limits a figure must lie, both included; None is no limit."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a value is within."""
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )

    def in_words(self, unit: str) -> str:
        """The limits as a person writes them: "≤ 8 ms", "−14.5 to −13.5 LUFS"."""
        if self.at_least is not None and self.at_most is not None:
            limits = f"{self.at_least:g} to {self.at_most:g}"
        elif self.at_least is not None:
            limits = f"≥ {self.at_least:g}"
        else:
            limits = f"≤ {self.at_most:g}" if self.at_most else "none"
        return f"{limits} {unit}".strip() if limits != "none" else limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure.

    Attributes:
        name: Identifier, unique in its group ("beat_error_mean").
        value: How much; None where there was nothing to measure.
        unit: "ms", "share", "dBTP", "" for a count, …
        words: What it says, in plain words.
        bar: What is asked of it, or None.
        is_due: Whether it fails its bar when there is nothing to measure.
        source: On what it rests ("the file", "the decks' stems"); "" where the report as a whole says so.
    """

    name: str
    value: float | None
    unit: str
    words: str
    bar: Bar | None = None
    is_due: bool = False
    source: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the bar is held; None where no bar is set or nothing was there to measure."""
        value = finite_or_none(self.value, 6)  # a torque of 1.0000001 of its limit is float32, not force
        if self.bar is None:
            return None
        if value is None:
            return False if self.is_due else None
        return self.bar.holds(value)

    def to_json(self) -> dict[str, Any]:
        """As it stands in ``report.json``."""
        return {
            "name": self.name,
            "value": finite_or_none(self.value),
            "unit": self.unit,
            "bar": None if self.bar is None else self.bar.in_words(self.unit),
            "at_least": None if self.bar is None else self.bar.at_least,
            "at_most": None if self.bar is None else self.bar.at_most,
            "ok": self.ok,
            "words": self.words,
        } | ({"source": self.source} if self.source else {})
