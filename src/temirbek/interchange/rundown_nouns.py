"""A running order as a table tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from temirbek.types import CueKind, Follow, StartTime


@dataclass(frozen=True, slots=True, kw_only=True)
class RundownCue:
    """A cue as a table tells it: when, what, who; what happens in detail stands in the show file.

    Attributes:
        id, title, kind, length_s, start, note, follow, pre_wait_s, post_wait_s, is_skipped: As in
            :class:`temirbek.types.Cue`; ``length_s`` is None where nothing is said.
        people, robots: (name, id) of who takes part; ``robots`` is None where the table says nothing of them.
        details: Keys of its kind, as in the show file.
    """

    id: str
    title: str
    kind: CueKind = "act"
    length_s: float | None = None
    start: StartTime | None = None
    people: tuple[tuple[str, str], ...] = ()
    robots: tuple[tuple[str, str], ...] | None = None
    note: str = ""
    follow: Follow = "manual"
    pre_wait_s: float = 0.0
    post_wait_s: float = 0.0
    is_skipped: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RundownRow:
    """What became of one row.

    Attributes:
        row: Its number in the table, from 1.
        text: What it says, shortened.
        cue: What it became, or None.
        understood, guessed, ignored: In words.
    """

    row: int
    text: str
    cue: RundownCue | None = None
    understood: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RundownImport:
    """A running order as it was read.

    Attributes:
        sheet: Name of the sheet, "" for a CSV.
        columns: Heading of the table → what it was taken for, or "" for nothing.
        rows: Every row that is not blank.
        notes: What is to be said of the table as a whole.
    """

    sheet: str
    columns: Mapping[str, str]
    rows: tuple[RundownRow, ...]
    notes: tuple[str, ...] = ()

    @property
    def cues(self) -> tuple[RundownCue, ...]:
        """The running order."""
        return tuple(row.cue for row in self.rows if row.cue is not None)
