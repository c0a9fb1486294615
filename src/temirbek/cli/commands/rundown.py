"""``temirbek rundown``: the running order of an evening, shown, exported to tables and paper, imported from tables."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.markup import escape
from rich.table import Table

from temirbek.cli.group import cli
from temirbek.cli.screen import ANSWERS, COMPLAINTS
from temirbek.errors import InvalidInput
from temirbek.interchange import (
    RundownImport,
    RundownRow,
    cues_toml,
    evening_to_cues_toml,
    missing_keys,
    read_rundown,
    write_rundown_csv,
    write_rundown_html,
    write_rundown_xlsx,
)
from temirbek.show import approve, read_evening
from temirbek.show.timing import planned_starts
from temirbek.types import Cue, Evening

_TABLES = (".xlsx", ".csv")
FILE = click.argument("file", type=click.Path(path_type=Path))
OUT_FILE = click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="File to write.")


@cli.group("rundown")
def rundown_group() -> None:
    """Show the running order of an evening, export it (xlsx, CSV, a page to print), or import one."""


@rundown_group.command("show")
@FILE
def show_command(file: Path) -> None:
    """Print the running order of a show file with its planned starts, or what a table (xlsx, CSV) would become."""
    if file.suffix.lower() in _TABLES:
        _say_rows(read_rundown(file))
        return
    evening = read_evening(file)
    starts_utc_s = planned_starts(evening, _day(evening))
    table = Table(box=None, pad_edge=False)
    for heading in ("", "start", "length", "kind", "id", "title", "who", ""):
        table.add_column(
            heading, justify="right" if heading == "length" else "left", no_wrap=heading != "title"
        )
    for i, (cue, begins) in enumerate(zip(evening.cues, starts_utc_s, strict=True)):
        table.add_row(*(escape(cell) for cell in _cells(evening, i, cue, begins)))
    ANSWERS.print(table)
    end_s = max(t + c.length_s for t, c in zip(starts_utc_s, evening.cues, strict=True))
    first, last = _wall(evening, starts_utc_s[0]), _wall(evening, end_s)
    ANSWERS.print(
        f"{_count(evening.cues)}, {first:%H:%M}–{last:%H:%M} ({escape(evening.venue.timezone)}); "
        "● begins by itself at its time, ↳ with or after the one before"
    )


@rundown_group.command("import")
@FILE
@OUT_FILE
def import_command(file: Path, out: Path) -> None:
    """Read a table (xlsx, CSV) as cues, say what became of every row, and write them as TOML for a show file."""
    if out.suffix.lower() != ".toml":
        raise InvalidInput(f"{out}: expected a name that ends in .toml")
    found = read_rundown(file)
    if not found.cues:
        raise InvalidInput(f"{file}: below its heading there is no row that could be a cue")
    _say_rows(found)
    _write(out, cues_toml(found.cues))
    ANSWERS.print(f"\n{_count(found.cues)}: {out}; paste them into a show file", markup=False)


@rundown_group.command("export")
@FILE
@OUT_FILE
def export_command(file: Path, out: Path) -> None:
    """Write the running order of a show file as .xlsx, .csv, .html (to print) or .toml (cues alone)."""
    evening = read_evening(file)
    starts_utc_s = planned_starts(evening, _day(evening))
    suffix = out.suffix.lower()
    try:
        match suffix:
            case ".csv":
                write_rundown_csv(evening, starts_utc_s, out, folder=file.parent)
            case ".xlsx":
                write_rundown_xlsx(evening, starts_utc_s, out, folder=file.parent)
            case ".html":
                write_rundown_html(evening, starts_utc_s, out)
            case ".toml":
                _write(out, evening_to_cues_toml(evening, file.parent))
            case _:
                raise InvalidInput(
                    f"{out}: expected a name that ends in .xlsx, .csv, .html or .toml; the ending says what is written"
                )
    except OSError as error:
        raise InvalidInput(f"{out}: cannot be written ({error.strerror or error})") from error
    ANSWERS.print(f"{_count(evening.cues)}: {out}", markup=False)


@rundown_group.command("approve")
@FILE
@click.argument("cue")
@click.option("--by", required=True, help="Who approves the words.")
def approve_command(file: Path, cue: str, by: str) -> None:
    """Lock the text of an announcement: who approved it and when is written into the show file, with its fingerprint."""
    fingerprint = approve(file, cue, by=by, on=datetime.now().astimezone().date())
    ANSWERS.print(
        f"{cue}: approved by {by}, text {fingerprint}; a change of the text takes it back", markup=False
    )


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be written ({error.strerror or error})") from error


def _day(evening: Evening) -> date:
    """The evening's date, or today at the venue."""
    return evening.date or datetime.now(ZoneInfo(evening.venue.timezone)).date()


def _wall(evening: Evening, utc_s: float) -> datetime:
    return datetime.fromtimestamp(round(utc_s), UTC).astimezone(ZoneInfo(evening.venue.timezone))


def _cells(evening: Evening, i: int, cue: Cue, begins_utc_s: float) -> Sequence[str]:
    names = {person.id: person.name for person in evening.people}
    names |= {performer.id: performer.name for performer in evening.show.cast}
    is_auto = i > 0 and evening.cues[i - 1].follow != "manual"
    is_hard = cue.start is not None and cue.start.is_hard
    return (
        "●" if is_hard else "↳" if is_auto else "",
        f"{_wall(evening, begins_utc_s):%H:%M:%S}",
        "" if not cue.length_s else f"{int(cue.length_s) // 60}:{int(cue.length_s) % 60:02d}",
        cue.kind.replace("_", " "),
        cue.id,
        cue.title,
        ", ".join(names[who] for who in (*cue.people, *cue.robots)),
        "not tonight" if cue.is_skipped else "",
    )


def _count(cues: Sequence[object]) -> str:
    return "1 cue" if len(cues) == 1 else f"{len(cues)} cues"


def _say_rows(found: RundownImport) -> None:
    """What became of the table: its columns, then every row."""
    if found.sheet:
        ANSWERS.print(f"sheet {found.sheet}", markup=False)
    meant = [f"{heading} → {name}" for heading, name in found.columns.items() if name]
    unused = [heading for heading, name in found.columns.items() if not name]
    ANSWERS.print("columns: " + ", ".join(meant), markup=False)
    if unused:
        ANSWERS.print("columns that say nothing here: " + ", ".join(unused), markup=False)
    for note in found.notes:
        COMPLAINTS.print(f"[yellow]note[/] {escape(note)}")
    for row in found.rows:
        _say_row(row)


def _say_row(row: RundownRow) -> None:
    if row.cue is None:
        ANSWERS.print(f"{row.row:>4}  –  [dim]{escape(row.text)}: {escape('; '.join(row.ignored))}[/]")
        return
    said = f"{row.row:>4}  {row.cue.id}: {row.cue.title} ({row.cue.kind.replace('_', ' ')})"
    ANSWERS.print(escape("; ".join((said, *row.understood))))
    for word, texts in (("guessed", row.guessed), ("ignored", row.ignored)):
        for text in texts:
            ANSWERS.print(f"      [yellow]{word}[/] {escape(text)}")
    missing = missing_keys(row.cue)
    if missing:
        ANSWERS.print(f"      [yellow]to be written[/] {', '.join(missing)}")
