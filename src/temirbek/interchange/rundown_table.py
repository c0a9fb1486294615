"""Spreadsheets as grids of cells: xlsx and CSV, whatever their dialect, within limits."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from temirbek.errors import InvalidInput

Cell = str | bool | int | float | datetime | date | time | timedelta | None
Row = tuple[Cell, ...]

MOST_BYTES = 20 * 2**20
MOST_UNPACKED_BYTES = 200 * 2**20
MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_SHEETS = 20
MOST_CHARACTERS = 32_000
"""Of one cell; the rest of it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A grid.

    Attributes:
        name: Of the sheet, "" in a CSV.
        rows: Its rows from the first; each as long as it is filled.
        unvalued: (row, column), from 1, of formulas whose value the file does not hold.
        is_cut: It has more rows or columns than were read.
    """

    name: str
    rows: tuple[Row, ...]
    unvalued: tuple[tuple[int, int], ...] = ()
    is_cut: bool = False


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """All sheets of a spreadsheet, in its order.

    Raises:
        InvalidInput: The file cannot be read, is too large, or is no spreadsheet that can be read here.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InvalidInput(
                f"{path}: {size / 2**20:.0f} MB; a running order may have {MOST_BYTES // 2**20} MB"
            )
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read ({error.strerror or error})") from error
    if not data.strip():
        raise InvalidInput(f"{path}: is empty")
    if data[:8] == bytes.fromhex("d0cf11e0a1b11ae1"):
        raise InvalidInput(f"{path}: the old Excel format (or a locked file); save it as xlsx or CSV")
    if data[:4] == b"PK\x03\x04":
        return _workbook(data, path)
    return (Sheet(name="", rows=_csv_rows(data, path), is_cut=_is_long(data)),)


def _workbook(data: bytes, path: Path) -> tuple[Sheet, ...]:
    import openpyxl  # here: it takes a third of a second to load, and most commands need none of it

    _require_modest_archive(data, path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and validations that nobody asks for
            values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
            try:
                sheets = tuple(
                    _sheet(v, f)
                    for v, f in islice(zip(values.worksheets, formulas.worksheets, strict=True), MOST_SHEETS)
                )
            finally:
                values.close()
                formulas.close()
    except InvalidInput:
        raise
    except Exception as error:  # a foreign parser on a broken file raises whatever comes first
        raise InvalidInput(
            f"{path}: cannot be read as xlsx ({type(error).__name__}: {error}); save it again, or as CSV"
        ) from error
    if not sheets:
        raise InvalidInput(f"{path}: has no sheet with cells")
    return sheets


def _require_modest_archive(data: bytes, path: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            unpacked = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise InvalidInput(f"{path}: cannot be read as xlsx ({error}); save it again, or as CSV") from error
    if "content.xml" in names:
        raise InvalidInput(f"{path}: an OpenDocument file; save it as xlsx or CSV")
    if unpacked > MOST_UNPACKED_BYTES:
        raise InvalidInput(
            f"{path}: unpacks to {unpacked / 2**20:.0f} MB; a running order may have {MOST_UNPACKED_BYTES // 2**20} MB"
        )


def _sheet(values, formulas) -> Sheet:  # type: ignore[no-untyped-def]  # openpyxl has no types
    rows = [_trimmed([_cell(v) for v in row]) for row in _rows_of(values)]
    unvalued = [
        (r, c)
        for r, row in enumerate(_rows_of(formulas), 1)
        for c, value in enumerate(row, 1)
        if isinstance(value, str) and value.startswith("=") and _at(rows, r, c) is None
    ]
    is_cut = len(rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in rows)
    kept = tuple(row[:MOST_COLUMNS] for row in rows[:MOST_ROWS])
    return Sheet(name=str(values.title), rows=kept, unvalued=tuple(unvalued), is_cut=is_cut)


def _rows_of(sheet) -> Iterator[Sequence[object]]:  # type: ignore[no-untyped-def]
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    return islice(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), MOST_ROWS + 1)


def _at(rows: Sequence[Row], row: int, column: int) -> Cell:
    line = rows[row - 1] if row <= len(rows) else ()
    return line[column - 1] if column <= len(line) else None


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value[:MOST_CHARACTERS].strip() or None
    if isinstance(value, bool | int | float | datetime | date | time | timedelta):
        return value
    return None if value is None else str(value)[:MOST_CHARACTERS]


def _trimmed(row: Sequence[Cell]) -> Row:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return tuple(row[:end])


def _csv_rows(data: bytes, path: Path) -> tuple[Row, ...]:
    text = _text(data, path)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        rows = [_trimmed([_plain(cell) for cell in line[:MOST_COLUMNS]]) for line in islice(lines, MOST_ROWS)]
    except csv.Error as error:
        raise InvalidInput(f"{path}: cannot be read as CSV ({error})") from error
    return tuple(rows)


def _is_long(data: bytes) -> bool:
    return data.count(b"\n") > MOST_ROWS


def _plain(cell: str) -> Cell:
    """Without the apostrophe that keeps a spreadsheet from taking words for a formula."""
    text = cell[: MOST_CHARACTERS + 1].strip()
    if text[:1] == "'" and text[1:2] in FORMULA_SIGNS:
        text = text[1:]
    return text[:MOST_CHARACTERS] or None


FORMULA_SIGNS = ("=", "+", "-", "@")


def _text(data: bytes, path: Path) -> str:
    """Bytes as text: UTF-8, UTF-16 by its mark, else the Windows page that Cyrillic Excel writes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidInput(f"{path}: neither xlsx nor text; expected a spreadsheet saved as xlsx or CSV")


def _delimiter(text: str) -> str:
    """The separator that cuts the first lines into the most cells of equal number."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(counts), key=counts.count) if counts else 1
        return (counts.count(usual) if usual > 1 else 0, usual)

    try:
        return max((",", ";", "\t", "|"), key=evenness)
    except csv.Error:
        return ","
