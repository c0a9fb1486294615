"""Lists of seats and tickets, as organisers have them."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.phones.seats import SeatList, read_seats

PRETIX = (
    "Order code,Position ID,Status,Email,Phone number,Order date,Product,Price,Attendee name,Attendee email,"
    "Pseudonymization ID,Ticket secret,Seat ID,Seat name,Seat zone,Seat row,Seat number,Blocked\n"
    "A7K3F,1,paid,dana@example.kz,+7701,2026-02-01,Ticket,5000,Dana Serik,dana@example.kz,P1,s3cr3tone,g1,Row 1 Seat 1,A,1,1,\n"
    "A7K3F,2,paid,dana@example.kz,+7701,2026-02-01,Ticket,5000,Aru Serik,,P2,s3cr3ttwo,g2,Row 1 Seat 2,A,1,2,\n"
    "B1,1,canceled,x@example.kz,,2026-02-01,Ticket,5000,Somebody,,P3,s3cr3tthree,,,,,,\n"
    "B2,1,pending (overdue),y@example.kz,,2026-02-01,Ticket,5000,,,P4,s3cr3tfour,,,,,,\n"
    ",,,,,,,,,,,,,,,,,\n"
    "A7K3F,1,paid,dana@example.kz,+7701,2026-02-01,Ticket,5000,Dana Serik,dana@example.kz,P1,s3cr3tone,g1,Row 1 Seat 1,A,1,1,\n"
)


def read(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "list.csv") -> SeatList:
    """A list from its text."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_seats(path)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("row,seat\n1,1\n1,2\n", ["row 1 · seat 1", "row 1 · seat 2"]),
        (
            "Сектор;Ряд;Место\nA;5;12\nA;5;13\n",
            ["Сектор A · Ряд 5 · Место 12", "Сектор A · Ряд 5 · Место 13"],
        ),
        ("Қатар\tОрын\n5\t12\n", ["Қатар 5 · Орын 12"]),
        ("№;Номер;Ряд;Место\n1;17;5;12\n", ["Ряд 5 · Место 12"]),  # a running number is no seat
        ("seat\nA-12\n", ["seat A-12"]),
        ("Билет\n00123\n00124\n", ["№ 2", "№ 3"]),  # what is printed is not what opens the door
        ("\n Зал: большой;;\n\nРяд ;МЕСТО;\n'5;12;\n", ["Ряд 5 · МЕСТО 12"]),
        ("label,guest\nBalcony 3,Dana\n", ["Balcony 3"]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_tables_of_many_shapes(tmp_path: Path, text: str, labels: list[str], encoding: str) -> None:
    if encoding == "cp1251" and "Қ" in text:
        encoding = "utf-8"  # Windows' Cyrillic page has no Kazakh letters
    found = read(tmp_path, text, encoding=encoding)
    assert [seat.label for seat in found.seats] == labels
    assert len({seat.secret for seat in found.seats}) == len(labels)


def test_what_became_of_every_row_of_a_pretix_export(tmp_path: Path) -> None:
    found = read(tmp_path, PRETIX)
    assert [(row.row, row.fate) for row in found.rows] == [
        (2, "taken"),
        (3, "taken"),
        (4, "not_valid"),
        (5, "not_valid"),
        (6, "empty"),
        (7, "duplicate"),
    ]
    assert found.rows[-1].why == "the same as row 2"
    assert [seat.label for seat in found.seats] == ["Row 1 Seat 1", "Row 1 Seat 2"]
    assert found.columns["Ticket secret"] == "secret"
    assert found.columns["Attendee name"] == ""


def test_nothing_of_a_guest_is_kept(tmp_path: Path) -> None:
    kept = repr(read(tmp_path, PRETIX))
    for word in ("Dana", "Aru", "example.kz", "+7701", "Somebody"):
        assert word not in kept


def test_pretix_json(tmp_path: Path) -> None:
    def position(number: int, **more: object) -> dict[str, object]:
        return {"positionid": number, "item": 1, "secret": f"s{number}", "attendee_name": "Dana", **more}

    paid = [
        position(1, seat="A-1"),
        position(2, addon_to=1),
        position(3, item=2),
        position(4, canceled=True),
        position(5),
    ]
    orders = [
        {"code": "AB", "status": "p", "email": "dana@example.kz", "positions": paid},
        {"code": "CD", "status": "n", "email": "x@example.kz", "positions": [position(6)]},
    ]
    items = [{"id": 1, "admission": True}, {"id": 2, "admission": False}]
    found = read(tmp_path, json.dumps({"event": {"items": items, "orders": orders}}), name="orders.json")
    assert [seat.label for seat in found.seats] == ["A-1", "№ 5"]
    assert [seat.secret for seat in found.seats] == ["ticket\0s1", "ticket\0s5"]
    assert Counter(row.fate for row in found.rows) == {"taken": 2, "not_valid": 4}
    assert "ana" not in repr(found).replace("canceled", "")


def test_the_table_and_the_json_of_one_shop_give_the_same_tickets(tmp_path: Path) -> None:
    """So tokens printed from one still hold when the other is read."""
    order = {
        "code": "A7K3F",
        "status": "p",
        "positions": [{"positionid": 1, "secret": "s3cr3tone", "seat": "g1"}],
    }
    from_json = read(tmp_path, json.dumps({"event": {"orders": [order]}}))
    assert from_json.seats[0].secret == read(tmp_path, PRETIX).seats[0].secret


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("name,mail\nDana,x@y.kz\n", "no heading names a seat or ticket"),
        ("row,seat\n,\n", "none of its 1 rows"),
        ("row,seat\n5,\n", "none of its 1 rows"),
        ("{}", "no pretix export"),
        ('{"event": {"orders": [1]}}', "no pretix export"),
        ('{"event": []}', "no pretix export"),
        ("PK\x03\x04\0\0", "no text; expected CSV"),
    ],
)
def test_what_is_no_list_says_what_was_expected(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read(tmp_path, text)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8))
@settings(max_examples=60, deadline=None)
def test_every_row_is_answered_for(tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]) -> None:
    """Whatever stands in a table: each row has one fate, each seat comes once, labels can be printed."""
    import csv
    import io

    text = io.StringIO()
    csv.writer(text).writerows([["block", "row", "seat", "guest"], ["A", "1", "1", "Dana"], *cells])
    found = read(tmp_path_factory.mktemp("list"), text.getvalue())
    assert sum(row.fate == "taken" for row in found.rows) == len(found.seats)
    assert len({seat.secret for seat in found.seats}) == len(found.seats)
    assert all(seat.label and seat.label.isprintable() for seat in found.seats)
