"""Running orders out: rows for spreadsheets, CSV and xlsx.

What is written is read back the same (:func:`temirbek.interchange.read_rundown`): names, kinds, starts, lengths, people and
notes each have a column, and the keys of a kind stand in "details" as the show file writes them. The column "planned" is for
reading alone: it follows from the others.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from temirbek.interchange.rundown_nouns import RundownCue
from temirbek.interchange.rundown_table import FORMULA_SIGNS
from temirbek.interchange.rundown_toml import cues_toml, music_table, toml_pairs
from temirbek.interchange.rundown_words import name_cell
from temirbek.types import (
    AnnouncementCue,
    BattleCue,
    BattleRules,
    CardCue,
    ChecklistCue,
    Cue,
    DjSetCue,
    Evening,
    GreetingCue,
    LightCue,
    MidiCue,
    Music,
    OscCue,
    PollCue,
    RobotGestureCue,
    RobotNumberCue,
    TrackCue,
)

COLUMNS = (
    "id",
    "title",
    "kind",
    "planned",
    "start",
    "hard",
    "day",
    "length (h:mm:ss)",
    "people",
    "robots",
    "note",
    "follow",
    "pre wait",
    "post wait",
    "skip",
    "details",
)
_WIDTHS = (18, 40, 14, 10, 9, 6, 5, 10, 30, 24, 50, 14, 9, 9, 6, 60)
_FORMATS = {time: "hh:mm:ss", timedelta: "[h]:mm:ss"}
_DANCED = ("dj_set", "robot_number")  # without a word, the whole cast takes part
_USUAL_RULES = {rule.name: rule.default for rule in fields(BattleRules) if rule.name != "robot"}
NOBODY = "–"
"""Stands for an empty list of robots, where no word means the whole cast."""


def rundown_of(evening: Evening, folder: Path) -> tuple[RundownCue, ...]:
    """The running order of an evening as a table tells it; paths in details count from ``folder``."""
    people = {person.id: person.name for person in evening.people}
    robots = {performer.id: performer.name for performer in evening.show.cast}
    return tuple(
        RundownCue(
            id=cue.id,
            title=cue.title,
            kind=cue.kind,
            length_s=cue.length_s,
            start=cue.start,
            people=tuple((people[i], i) for i in cue.people),
            robots=tuple((robots[i], i) for i in cue.robots) if cue.robots or cue.kind in _DANCED else None,
            note=cue.note,
            follow=cue.follow,
            pre_wait_s=cue.pre_wait_s,
            post_wait_s=0.0 if cue.waits_for_applause else cue.post_wait_s,
            is_skipped=cue.is_skipped,
            details=_details(cue, evening.show.music, folder) | _applause(cue),
        )
        for cue in evening.cues
    )


def evening_to_cues_toml(evening: Evening, folder: Path) -> str:
    """The people and the running order of an evening as a show file writes them; paths count from ``folder``."""
    return cues_toml(rundown_of(evening, folder))


def write_rundown_csv(
    evening: Evening, starts_utc_s: Sequence[float], path: Path, *, folder: Path | None = None
) -> None:
    """Writes the running order as CSV (UTF-8 with its mark, so that spreadsheet programs read Kazakh right).

    Args:
        evening: What is written.
        starts_utc_s: When each cue is planned to begin, one per cue.
        path: The file; replaced if it is there.
        folder: Paths of recordings count from here; without it, from the file's own.
    """
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for cells in _rows(evening, starts_utc_s, folder or path.parent):
        lines.writerow([_csv_cell(cell) for cell in cells])
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8"))


def write_rundown_xlsx(
    evening: Evening, starts_utc_s: Sequence[float], path: Path, *, folder: Path | None = None
) -> None:
    """Like :func:`write_rundown_csv`, as a workbook: times are times, and nothing is a formula."""
    import openpyxl  # here: it takes a third of a second to load, and most commands need none of it
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font, PatternFill

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Rundown"
    sheet.append(COLUMNS)
    for i, cells in enumerate(_rows(evening, starts_utc_s, folder or path.parent), 2):
        for column, value in enumerate(cells, 1):
            if value in ("", None):
                continue
            cell = sheet.cell(row=i, column=column)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
                cell.data_type, cell.quotePrefix = "s", value.startswith(FORMULA_SIGNS)
            else:
                cell.value = value
                cell.number_format = _FORMATS.get(type(value), "General")
            cell.alignment = Alignment(vertical="top", wrap_text=COLUMNS[column - 1] in ("title", "note"))
    for column, width in enumerate(_WIDTHS, 1):
        head = sheet.cell(row=1, column=column)
        head.font, head.fill = Font(bold=True), PatternFill("solid", start_color="E8EEF2")
        sheet.column_dimensions[head.column_letter].width = width
    sheet.freeze_panes = "C2"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    book.save(path)


def _rows(evening: Evening, starts_utc_s: Sequence[float], folder: Path) -> list[list[Any]]:
    zone = ZoneInfo(evening.venue.timezone)
    rows: list[list[Any]] = []
    for cue, begins in zip(rundown_of(evening, folder), starts_utc_s, strict=True):
        planned = datetime.fromtimestamp(round(begins), UTC).astimezone(zone).time().replace(tzinfo=None)
        rows.append(
            [
                cue.id,
                cue.title,
                cue.kind,
                planned,
                None if cue.start is None else cue.start.at,
                "yes" if cue.start is not None and cue.start.is_hard else "",
                cue.start.day if cue.start is not None and cue.start.day else "",
                timedelta(seconds=cue.length_s or 0.0),
                ", ".join(name_cell(name, i) for name, i in cue.people),
                NOBODY if cue.robots == () else ", ".join(name_cell(n, i) for n, i in cue.robots or ()),
                cue.note,
                "" if cue.follow == "manual" else cue.follow,
                timedelta(seconds=cue.pre_wait_s) if cue.pre_wait_s else "",
                timedelta(seconds=cue.post_wait_s) if cue.post_wait_s else "",
                "yes" if cue.is_skipped else "",
                toml_pairs(cue.details),
            ]
        )
    return rows


def _csv_cell(value: object) -> str:
    if isinstance(value, timedelta):
        return length_words(value.total_seconds())
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def length_words(seconds: float) -> str:
    """Hours, minutes and seconds: "0:04:30"; with a fraction where there is one."""
    whole = int(seconds)
    rest = f"{seconds - whole:.3f}"[1:].rstrip("0").rstrip(".")
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}{rest}"


def _applause(cue: Cue) -> dict[str, Any]:
    """That a cue waits for applause, and how long at most."""
    if not cue.waits_for_applause:
        return {}
    return {"post_wait": "applause", "post_wait_most_s": cue.post_wait_s}


def _details(cue: Cue, music: Music, folder: Path) -> dict[str, Any]:
    """The keys of its kind, as far as they are not at rest."""
    payload = cue.payload
    table: dict[str, Any] = {}
    match payload:
        case TrackCue():
            table = {"music": music_table(payload.music, folder)}
            table |= _moved(payload, gain_db=0.0, fade_in_s=0.0, fade_out_s=0.0)
        case DjSetCue():
            table = _own_music(payload.music, music, folder, cue.length_s)
            table |= _moved(payload, with_human="", dances=True)
        case RobotNumberCue():
            table = _own_music(payload.music, music, folder, None) | _moved(payload, number="")
        case RobotGestureCue():
            table = {"move": payload.move} | _moved(payload, tempo_bpm=None)
        case AnnouncementCue():
            table = {"text": dict(payload.text)}
            table |= _moved(payload, approved_by="", approved_on=None, approved_text="", audio={})
        case CardCue():
            table = {"text": dict(payload.text)}
        case LightCue():
            table = {"look": payload.look} | _moved(payload, fade_s=1.0, levels={})
        case OscCue():
            table = {"peer": payload.peer, "address": payload.address}
            table |= _moved(payload, arguments=(), needs_answer=False)
        case MidiCue():
            table = {"message": list(payload.message)}
        case GreetingCue():
            table = {"zones": list(payload.zones)} | _moved(payload, allows_contact=False)
        case BattleCue():
            table = _own_music(payload.music, music, folder, None) | _moved(payload, zone="")
            table |= _moved(payload.rules, **_USUAL_RULES)
        case PollCue():
            options = [{"id": option.id, "text": option.text} for option in payload.options]
            table = {"question": dict(payload.question), "options": options}
        case ChecklistCue():
            table = {"items": list(payload.items)} | _moved(payload, blocks=("live",))
        case _:
            pass  # acts, speeches and pauses have no keys of their own
    return table


def _moved(payload: object, **rests: object) -> dict[str, Any]:
    """The keys that are not at rest, as TOML has them."""
    values = {key: getattr(payload, key) for key in rests}
    moved = {key: value for key, value in values.items() if value != rests[key]}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in moved.items()}


def _own_music(music: Music, of_the_show: Music, folder: Path, length_s: float | None) -> dict[str, Any]:
    """Its music, if it is not the show's; a length that the cue has anyway is not said again."""
    table, usual = music_table(music, folder), music_table(of_the_show, folder)
    if length_s and music.length_s == length_s:
        table.pop("length_min")
        usual.pop("length_min", None)
    return {} if table == usual else {"music": table}
