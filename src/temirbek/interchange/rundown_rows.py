"""The rows of a running order: what each says, and what had to be guessed or left out."""

import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from temirbek.interchange.rundown_columns import Columns, plain
from temirbek.interchange.rundown_nouns import RundownCue, RundownRow
from temirbek.interchange.rundown_table import Cell, Row, Sheet
from temirbek.interchange.rundown_times import DAY_S, LONGEST_S, Clock, clock_of, clock_range_of, length_of
from temirbek.interchange.rundown_words import (
    is_heading,
    is_sum,
    kind_by_title,
    kind_of,
    names_in,
    short_name,
    truth_of,
)
from temirbek.types import CueKind, Follow, StartTime

_MIDNIGHT_S = 6 * 3600  # a start so much earlier than the one before is past midnight
_LONGEST_TITLE = 200


class Reading:
    """Goes through the rows and remembers what later ones depend on."""

    def __init__(self, sheet: Sheet, columns: Columns) -> None:
        self._sheet, self._columns = sheet, columns
        self._ids: set[str] = set()
        self._latest: tuple[int, int] | None = None  # day and second of the latest start
        self._first_date: date | None = None
        self._unvalued = set(sheet.unvalued)

    def rows(self) -> list[RundownRow]:
        """Every row below the heading that is not blank."""
        first = self._columns.header_row
        return [
            self._row(i, row)
            for i, row in enumerate(self._sheet.rows[first:], first + 1)
            if any(cell is not None for cell in row) or any(r == i for r, _ in self._unvalued)
        ]

    def _row(self, i: int, row: Row) -> RundownRow:
        told = _Told(row, self._columns)
        text = " · ".join(_shown(cell) for cell in row if cell is not None)[:120]
        ignored = [
            f"column {c}: a formula without a stored value; open and save the table in a spreadsheet program"
            for r, c in sorted(self._unvalued)
            if r == i
        ]
        reason = self._no_cue(told, row)
        if reason:
            return RundownRow(row=i, text=text, ignored=(reason, *ignored))
        cue = self._cue(told)
        return RundownRow(
            row=i,
            text=text,
            cue=cue,
            understood=tuple(told.understood),
            guessed=tuple(told.guessed),
            ignored=(*told.ignored, *told.rest(), *ignored),
        )

    def _no_cue(self, told: "_Told", row: Row) -> str:
        """Why a row is no item, or ""."""
        title = told.text("title")
        if title and told.cell("id") is not None:
            return ""  # whoever gives it a name means a cue
        filled = [cell for cell in row if cell is not None]
        only = _shown(filled[0]) if len(filled) == 1 else ""
        if is_sum(title or (_shown(filled[0]) if filled else "")):
            return "a line that adds up"
        if _repeats_heading(row, self._columns):
            return "the heading once more"
        if not title:
            return f"a heading: {only!r}" if only else "nothing says what happens (its title is empty)"
        if only and is_heading(title):
            return f"a heading: {title!r}"
        return ""

    def _cue(self, told: "_Told") -> RundownCue:
        title = told.text("title")
        if len(title) > _LONGEST_TITLE:
            told.ignored.append(f"the title beyond {_LONGEST_TITLE} characters")
            title = title[:_LONGEST_TITLE]
        title = _printable(title)
        start, end = self._start(told)
        return RundownCue(
            id=self._id(told, title),
            title=title,
            kind=_kind(told, title),
            length_s=_length(told, start, end),
            start=start,
            people=tuple(names_in(told.text("people", ", "))),
            robots=_robots(told),
            note=_printable(told.text("note", "; "))[:2000],
            follow=_follow(told),
            pre_wait_s=_wait(told, "pre_wait"),
            post_wait_s=_wait(told, "post_wait"),
            is_skipped=_truth(told, "skip"),
            details=_details(told),
        )

    def _id(self, told: "_Told", title: str) -> str:
        given = told.text("id")
        number = told.text("number")
        wanted = given or (f"cue_{number}" if number and len(number) < 12 else title)
        name = short_name(wanted, self._ids)
        if given and name != given:
            told.guessed.append(f"id {given!r} became {name!r}")
        self._ids.add(name)
        return name

    def _start(self, told: "_Told") -> tuple[StartTime | None, Clock | None]:
        """When it begins (in the order of the evening), and when it ends, by the wall."""
        cell, is_hard = told.cell("start"), False
        if told.cell("hard") is not None:
            flag = truth_of(told.text("hard"))
            if flag is None:
                cell = told.cell("hard")
            is_hard = flag is not False
        both = clock_range_of(cell)
        begin = both[0] if both else clock_of(cell)
        end = clock_of(told.cell("end")) or (both[1] if both else None)
        if cell is not None and begin is None:
            told.ignored.append(f"start {_shown(cell)!r}: no time of day")
        if told.cell("end") is not None and end is None:
            told.ignored.append(f"end {_shown(told.cell('end'))!r}: no time of day")
        if begin is None:
            return None, end
        day = self._day(told, begin)
        if day is None:
            return None, end
        self._latest = (day, begin.second)
        start = StartTime(at=begin.at, day=day, is_hard=is_hard)
        told.understood.append(
            f"start {start.at:%H:%M:%S}".removesuffix(":00") + (f" +{day} d" if day else "")
        )
        return start, end

    def _day(self, told: "_Told", begin: Clock) -> int | None:
        """Days after the evening's date, or None where the start cannot be in order."""
        said = told.text("day")
        if said in ("0", "1", "2"):
            day = int(said)
        elif begin.day_of is not None:
            self._first_date = self._first_date or begin.day_of
            day = (begin.day_of - self._first_date).days
        else:
            latest_day, latest_second = self._latest or (0, 0)
            day = max(begin.day, latest_day)
            if day == latest_day and latest_second - begin.second > _MIDNIGHT_S:
                day += 1
                told.guessed.append("the start is past midnight")
        if not 0 <= day <= 2 or (self._latest is not None and (day, begin.second) < self._latest):
            told.ignored.append(f"start {begin.at:%H:%M}: lies before the start of an earlier row")
            return None
        return day


class _Told:
    """The cells of one row by their meaning, and what is found out while they are read."""

    def __init__(self, row: Row, columns: Columns) -> None:
        self._row, self.columns = row, columns
        self.understood: list[str] = []
        self.guessed: list[str] = []
        self.ignored: list[str] = []

    def cell(self, name: str) -> Cell:
        """The (first) cell of a field, or None."""
        for column in self.columns.fields.get(name, ()):
            if column < len(self._row) and self._row[column] is not None:
                return self._row[column]
        return None

    def text(self, name: str, joint: str = " ") -> str:
        """The words of a field, of all its columns."""
        cells = [self._row[c] for c in self.columns.fields.get(name, ()) if c < len(self._row)]
        return joint.join(_shown(cell) for cell in cells if cell is not None)

    def rest(self) -> list[str]:
        """What stands in columns that mean nothing here."""
        used = {c for columns in self.columns.fields.values() for c in columns}
        return [
            f"{self.columns.headings.get(c, f'column {c + 1}')}: {_shown(cell)[:60]}"
            for c, cell in enumerate(self._row)
            if c not in used and cell is not None
        ]


def _kind(told: _Told, title: str) -> CueKind:
    said = told.text("kind")
    kind = kind_of(said) if said else None
    if kind is not None:
        told.understood.append(f"kind {kind}")
        return kind
    if said:
        told.guessed.append(f"kind {said!r} is not known: an act")
        return "act"
    by_title = kind_by_title(title)
    if by_title is not None:
        told.guessed.append(f"by its title a {by_title}")
    return by_title or "act"


def _length(told: _Told, start: StartTime | None, end: Clock | None) -> float | None:
    cell = told.cell("length")
    found = length_of(cell, told.columns.unit)
    if cell is not None and found is None:
        told.ignored.append(f"length {_shown(cell)!r}: not understood")
    between = None
    if start is not None and end is not None:
        begin_s = start.at.hour * 3600 + start.at.minute * 60 + start.at.second
        between = float((end.second - begin_s) % DAY_S)
        between = between if between <= LONGEST_S else None
    if found is not None:
        if found.guess:
            told.guessed.append(f"length {_shown(cell)}: {found.guess}")
        if between is not None and abs(between - found.length_s) >= 60:
            told.guessed.append(f"its length is kept, though start and end are {minutes(between)} apart")
        told.understood.append(f"length {minutes(found.length_s)}")
        return found.length_s
    if between is not None:
        told.understood.append(f"length {minutes(between)} from start to end")
    return between


def _robots(told: _Told) -> tuple[tuple[str, str], ...] | None:
    said = told.text("robots")
    if not said:
        return None
    return () if truth_of(said) is False else tuple(names_in(said))


def _follow(told: _Told) -> Follow:
    said = plain(told.text("follow")).replace(" ", "_")
    if said in ("", "manual"):
        return "manual"
    if said in ("auto_continue", "auto_follow"):
        return "auto_continue" if said == "auto_continue" else "auto_follow"
    told.ignored.append(f"follow {told.text('follow')!r}: expected manual, auto_continue or auto_follow")
    return "manual"


def _wait(told: _Told, name: str) -> float:
    cell = told.cell(name)
    if cell is None:
        return 0.0
    found = length_of(cell, "s")
    if found is None:
        told.ignored.append(f"{name.replace('_', '-')} {_shown(cell)!r}: not understood")
        return 0.0
    return found.length_s


def _truth(told: _Told, name: str) -> bool:
    said = told.text(name)
    found = truth_of(said)
    if found is None:
        told.ignored.append(f"{name} {said!r}: neither yes nor no")
    return bool(found)


def _details(told: _Told) -> Mapping[str, Any]:
    """Keys of a kind, as the export writes them."""
    said = told.text("details")
    if not said:
        return {}
    try:
        return dict(tomllib.loads(f"details = {{{said}}}")["details"])
    except (tomllib.TOMLDecodeError, RecursionError, TypeError) as error:
        told.ignored.append(f"details: not TOML ({error})")
        return {}


def _repeats_heading(row: Row, columns: Columns) -> bool:
    """A heading that is printed again on every page."""
    same = [
        isinstance(row[c], str) and plain(str(row[c])) == plain(heading)
        for c, heading in columns.headings.items()
        if c < len(row) and row[c] is not None
    ]
    return len(same) > 1 and all(same)


def minutes(seconds: float) -> str:
    """A length for people: minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _shown(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _printable(text: str) -> str:
    """Without control characters, which no show file and no screen has a use for."""
    return "".join(" " if unicodedata.category(c) == "Cc" and c != "\n" else c for c in text).strip()
