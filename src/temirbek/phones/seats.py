"""Lists of seats and tickets: tables (CSV) of any shape, and pretix's exports (CSV of positions, JSON of orders).

One row of a table is one seat or ticket. Columns are known by their headings in English, Russian and Kazakh: a ticket's
secret or code, block, row, seat, a printed label, and the state of an order. Nothing else is looked at: names, addresses,
e-mails and telephone numbers of guests are neither kept nor shown, not even in a message about a faulty row. What became
of each row is told. Of pretix's order data, positions that were not paid, that were canceled, or that admit nobody (add-ons)
get no token; its table has to be exported in English, its JSON is the same in every language.

A seat list says nothing about who came: a vote of a seat is a vote of whoever holds its paper.
"""

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from temirbek.errors import InvalidInput

MOST_BYTES = 50 * 2**20
MOST_SEATS = 100_000
LONGEST_LABEL = 60

Column = Literal["secret", "order", "position", "label", "block", "row", "seat", "seat_id", "status"]
RowFate = Literal["taken", "empty", "duplicate", "not_valid", "nameless"]
"""What became of a row: a seat; nothing in it; a seat that there was; canceled or unpaid; nothing that names a seat."""

_HEADINGS: Mapping[Column, str] = {
    "secret": "ticket secret|secret|ticket code|barcode|ticket number|ticket id|ticket|token|code|код билета|номер билета|"
    "штрихкод|штрих код|билет|код|билет коды|билет нөмірі|штрихкоды",
    "order": "order code|order|код заказа|номер заказа|заказ|тапсырыс нөмірі|тапсырыс",
    "position": "position id|position|позиция",
    "label": "label|seat name|seat label|place|название места|орын атауы",
    "block": "seat zone|block|section|sector|zone|area|tribune|сектор|блок|зона|трибуна|секция|аймақ",
    "row": "seat row|row|ряд|қатар|катар",
    "seat": "seat number|seat no|seat|place number|номер места|место|орын нөмірі|орын|number|no|номер|нөмір|нөмірі",
    "seat_id": "seat id|seat guid",
    "status": "order status|status|статус|күйі|күй|мәртебе",
}
"""Of two headings that mean the same column, the one that stands further ahead here is taken."""
_MEANT: Mapping[str, tuple[Column, int]] = {
    name: (column, rank) for column, names in _HEADINGS.items() for rank, name in enumerate(names.split("|"))
}
_NOT_VALID = re.compile(
    r"(c|e|n|cancell?ed|expired|pending|unpaid|not paid|refunded|отмен\w*|просроч\w*|ожида\w*|не оплач\w*|возвра\w*"
    r"|күтуде|бас тарт\w*|төленбе\w*)\b",
    re.IGNORECASE,
)
"""How the state of an order begins that admits nobody; c, e and n are pretix's own letters."""


_ADMITS_NOBODY = "admits nobody"
_PLACE: tuple[Column, ...] = ("seat_id", "label", "block", "row", "seat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One seat or ticket.

    Attributes:
        secret: What tells it from all others; it is hashed into the token and goes nowhere else.
        label: What is printed beside its code: "A · row 5 · seat 12", or a number where tickets have no seat.
    """

    secret: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """What became of one row: its number in the file (from 1; of a JSON: the position's), and why."""

    row: int
    fate: RowFate
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatList:
    """A list that was read.

    Attributes:
        seats: Of the rows that were taken, in the file's order.
        rows: What became of every row.
        columns: Heading → what it was taken for; "" where it was not looked at.
        notes: What should be said of the whole.
    """

    seats: tuple[Seat, ...]
    rows: tuple[SeatRow, ...]
    columns: Mapping[str, str]
    notes: tuple[str, ...] = ()


def read_seats(path: Path) -> SeatList:
    """The seats of a table or of a pretix export.

    Raises:
        InvalidInput: The file cannot be read, or has no column (or no row) that names a seat or ticket.
    """
    text = _text_of(path)
    if text.lstrip()[:1] in ("{", "["):
        found = _take(_pretix_rows(text, path), {}, words={}, notes=("an export of pretix's order data",))
    else:
        found = _read_table(text, path)
    if not found.seats:
        raise InvalidInput(f"{path}: none of its {len(found.rows)} rows is a seat or ticket that holds")
    return found


def _read_table(text: str, path: Path) -> SeatList:
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise InvalidInput(f"{path}: cannot be read as CSV ({error})") from error
    if len(lines) > MOST_SEATS:
        raise InvalidInput(f"{path}: {len(lines)} rows; at most {MOST_SEATS} are read")
    top = next((n for n, line in enumerate(lines) if _names_a_seat(_columns(line))), None)
    if top is None:
        raise InvalidInput(
            f"{path}: no heading names a seat or ticket; expected a column such as "
            "seat, row, block, ticket, code (орын, қатар, билет; место, ряд, билет)"
        )
    columns = _columns(lines[top])
    headings = [" ".join(heading.split()) for heading in lines[top]]
    notes = () if top == 0 else (f"the headings stand in row {top + 1}; what is above was not read",)
    rows = (
        (number, {column: cell for column, cell in zip(columns, line, strict=False) if column})
        for number, line in enumerate(lines[top + 1 :], top + 2)
    )
    words = {column: heading for column, heading in zip(columns, headings, strict=True) if column}
    told = {heading: column for heading, column in zip(headings, columns, strict=True) if heading}
    return _take(rows, told, words=words, notes=notes)


def _take(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    columns: Mapping[str, str],
    *,
    words: Mapping[str, str],
    notes: tuple[str, ...] = (),
) -> SeatList:
    """Rows of known columns as seats; each secret once, the first one holds."""
    seats: dict[str, tuple[int, Seat]] = {}
    fates = []
    for number, raw in rows:
        row = {column: _clean(cell) for column, cell in raw.items()}
        fate = _fate_of(number, row, seats)
        fates.append(fate)
        if fate.fate == "taken":
            secret = _secret_of(row)
            seats[secret] = (number, Seat(secret=secret, label=_label_of(row, number, words)))
    return SeatList(
        seats=tuple(seat for _, seat in seats.values()), rows=tuple(fates), columns=columns, notes=notes
    )


def _fate_of(number: int, row: Mapping[str, str], seats: Mapping[str, tuple[int, Seat]]) -> SeatRow:
    if not any(row.values()):
        return SeatRow(row=number, fate="empty")
    status = row.get("status", "")
    if status == _ADMITS_NOBODY or _NOT_VALID.match(status):
        return SeatRow(row=number, fate="not_valid", why=status[:LONGEST_LABEL])
    if not (secret := _secret_of(row)):
        return SeatRow(row=number, fate="nameless", why="nothing in it names a seat or ticket")
    if secret in seats:
        return SeatRow(row=number, fate="duplicate", why=f"the same as row {seats[secret][0]}")
    return SeatRow(row=number, fate="taken")


def _secret_of(row: Mapping[str, str]) -> str:
    """The ticket's secret, or else where it sits; "" where neither is told. Kinds cannot be taken for each other."""
    if secret := row.get("secret"):
        return f"ticket\0{secret}"
    if (order := row.get("order")) and (position := row.get("position")):
        return f"order\0{order}\0{position}"
    if any(row.get(name) for name in ("seat_id", "label", "seat")):
        return "\0".join(("place", *(row.get(name, "") for name in _PLACE))).casefold()
    return ""


def _label_of(row: Mapping[str, str], number: int, words: Mapping[str, str]) -> str:
    """What is printed: the label, or block, row and seat in the table's own words; else a number, never a secret."""
    if label := row.get("label"):
        return label[:LONGEST_LABEL]
    parts = [
        f"{words.get(name, '')} {row[name]}".strip() for name in ("block", "row", "seat") if row.get(name)
    ]
    if not parts and row.get("seat_id"):
        parts = [row["seat_id"]]
    return " · ".join(parts)[:LONGEST_LABEL] or f"№ {number}"


def _pretix_rows(text: str, path: Path) -> list[tuple[int, dict[str, str]]]:
    """Positions of pretix's "Order data (JSON)", numbered through; only what names a seat or ticket is taken."""
    try:
        event = json.loads(text)["event"]
        positions = [(order, position) for order in event["orders"] for position in order["positions"]]
        without = {item["id"] for item in event.get("items", ()) if item.get("admission") is False}
        rows = [
            (n, _pretix_row(order, position, without)) for n, (order, position) in enumerate(positions, 1)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidInput(
            f"{path}: JSON, but no pretix export of order data; expected event.orders[].positions[]"
        ) from error
    if len(rows) > MOST_SEATS:
        raise InvalidInput(f"{path}: {len(rows)} positions; at most {MOST_SEATS} are read")
    return rows


def _pretix_row(
    order: Mapping[str, Any], position: Mapping[str, Any], without_admission: Collection[object]
) -> dict[str, str]:
    admits = position.get("addon_to") is None and position.get("item") not in without_admission
    status = "canceled" if position.get("canceled") else order.get("status")
    row: dict[str, object] = {
        "secret": position.get("secret"),
        "seat_id": position.get("seat"),
        "order": order.get("code"),
        "position": position.get("positionid"),
        "status": status if admits else _ADMITS_NOBODY,
    }
    return {name: str(value) for name, value in row.items() if isinstance(value, str | int)}


def _columns(headings: Sequence[str]) -> list[str]:
    """What each heading is taken for; "" where for nothing, or where another says the same better."""
    best: dict[Column, tuple[int, int]] = {}
    for place, heading in enumerate(headings):
        if (meant := _MEANT.get(_plain(heading))) is not None:
            column, rank = meant
            best[column] = min(best.get(column, (rank, place)), (rank, place))
    at: dict[int, str] = {place: column for column, (_, place) in best.items()}
    return [at.get(place, "") for place in range(len(headings))]


def _names_a_seat(columns: Sequence[str]) -> bool:
    named = set(columns)
    return bool(named & {"secret", "seat", "seat_id", "label"} or {"order", "position"} <= named)


def _plain(heading: str) -> str:
    words = re.sub(r"[\s_\-./:#№()]+", " ", heading.replace("\ufeff", "").casefold()).strip()
    return words.replace("ё", "е")


def _clean(cell: str) -> str:
    """Without space around it, without control characters, and without a spreadsheet's leading apostrophe."""
    text = "".join(c if c.isprintable() else " " for c in cell)
    return " ".join(text.split()).removeprefix("'")


def _delimiter(text: str) -> str:
    """The separator that occurs in most of the first lines, and there most often; a comma where there is none."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]

    def weight(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        return sum(count > 0 for count in counts), sum(counts)

    return max((",", ";", "\t", "|"), key=weight)


def _text_of(path: Path) -> str:
    """Its text: UTF-8, UTF-16 by its mark, else the Windows page that Cyrillic Excel writes."""
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise InvalidInput(f"{path}: {size / 2**20:.0f} MB; a list may have {MOST_BYTES // 2**20} MB")
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read ({error.strerror or error})") from error
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1251"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            if not text.strip():
                raise InvalidInput(f"{path}: is empty")
            return text
    raise InvalidInput(
        f"{path}: no text; expected CSV (a spreadsheet can be saved as that) or a pretix export"
    )
