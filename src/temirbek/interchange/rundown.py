"""Running orders from spreadsheets: tolerant, and honest about what became of every row.

A running order is written by people for people: headings in three languages, two lines of them, sections between the
items, durations as "4:30", "4 мин" or a share of a day, times that pass midnight. What can be understood is; what had to
be guessed is told, row by row, and so is what was left out. Nothing is dropped in silence, and no file ends in a fault of
the program: it is read, or refused with a reason.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from temirbek.errors import InvalidInput
from temirbek.interchange.rundown_columns import columns_of
from temirbek.interchange.rundown_nouns import RundownImport, RundownRow
from temirbek.interchange.rundown_rows import Reading, minutes
from temirbek.interchange.rundown_table import read_sheets
from temirbek.interchange.rundown_times import DAY_S, LONGEST_S
from temirbek.types import StartTime


def read_rundown(path: Path) -> RundownImport:
    """The running order in a spreadsheet (xlsx or CSV).

    Raises:
        InvalidInput: It cannot be read, or nothing in it looks like a running order.
    """
    sheets = read_sheets(path)
    found = [(sheet, columns) for sheet in sheets if (columns := columns_of(sheet.rows))]
    if not found:
        raise InvalidInput(
            f"{path}: no heading of a running order was found; expected a row with a column for what happens "
            "(title, название, атауы) and one for when or how long (start, duration, начало, длительность, басталуы, ұзақтығы)"
        )
    sheet, columns = max(found, key=lambda pair: pair[1].score)
    notes = [f"sheet {other.name!r} was not read" for other in sheets if other is not sheet and other.rows]
    if sheet.is_cut:
        notes.append(f"the table is larger than a running order may be: {len(sheet.rows)} rows were read")
    notes += columns.guesses
    rows = _with_lengths_from_starts(Reading(sheet, columns).rows())
    return RundownImport(
        sheet=sheet.name,
        columns={
            heading: next((name for name, cs in columns.fields.items() if column in cs), "")
            for column, heading in columns.headings.items()
        },
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _with_lengths_from_starts(rows: Sequence[RundownRow]) -> list[RundownRow]:
    """Items whose length nobody says last until the next one starts, if both starts are known."""
    done = list(rows)
    cues = [i for i, row in enumerate(done) if row.cue is not None]
    for i, j in pairwise(cues):
        cue, after = done[i].cue, done[j].cue
        assert cue is not None and after is not None
        if cue.length_s is not None or cue.start is None or after.start is None:
            continue
        gap_s = _of_evening_s(after.start) - _of_evening_s(cue.start)
        if 0 < gap_s <= LONGEST_S:
            done[i] = replace(
                done[i],
                cue=replace(cue, length_s=float(gap_s)),
                guessed=(*done[i].guessed, f"length {minutes(gap_s)}, until the next start"),
            )
    return done


def _of_evening_s(start: StartTime) -> int:
    return start.day * DAY_S + start.at.hour * 3600 + start.at.minute * 60 + start.at.second
