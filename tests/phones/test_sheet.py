"""Sheets of codes: what a phone's camera would read from the page is the link of that seat."""

import csv
import re
import stat
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from temirbek.errors import InvalidInput
from temirbek.phones.sheet import (
    GRIDS,
    PAGE_MM,
    Pass,
    checked_url,
    link_of,
    page_figure,
    write_sheet,
    write_token_table,
)
from temirbek.phones.tokens import TokenKey

cv2 = pytest.importorskip("cv2", reason="reading codes back needs the extra 'seeing'")
KEY = TokenKey(bytes(range(32)), "2026-03-07")
URL = "http://192.168.1.10:8080/"
PASSES = [
    Pass(label=f"Сектор A · Қатар {k // 20 + 1} · Орын {k % 20 + 1}", token=KEY.sign(f"{k}"))
    for k in range(30)
]
PIXELS_A_MM = 8


def pages_of(pdf: Path) -> list[NDArray[np.uint8]]:
    """The filled outlines of each page, painted by another hand than the one that drew them."""
    pages = []
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf.read_bytes(), flags=re.DOTALL):
        try:
            words = zlib.decompress(raw).decode("latin-1").splitlines()
        except zlib.error:
            continue
        points_a_mm = 72 / 25.4
        polygons: list[list[tuple[float, float]]] = []
        for line in words:
            match line.split():
                case [x, y, "m"]:
                    polygons.append([(float(x) / points_a_mm, float(y) / points_a_mm)])
                case [x, y, "l"]:
                    polygons[-1].append((float(x) / points_a_mm, float(y) / points_a_mm))
        squares = [
            np.array(p) for p in polygons if len(p) == 4 and np.ptp(p, axis=0).max() < 100
        ]  # not the paper
        if len(squares) > 100:
            paper = np.full((int(PAGE_MM[1] * PIXELS_A_MM), int(PAGE_MM[0] * PIXELS_A_MM)), 255, np.uint8)
            for square in squares:
                low, high = square.min(axis=0) * PIXELS_A_MM, square.max(axis=0) * PIXELS_A_MM
                left, right = round(low[0]), round(high[0])
                top, bottom = paper.shape[0] - round(high[1]), paper.shape[0] - round(low[1])
                paper[top:bottom, left:right] = 0
            pages.append(paper)
    return pages


def read_codes(paper: NDArray[np.uint8], per_page: int, count: int) -> list[str]:
    """What stands in the codes of a page, cell by cell in reading order."""
    columns, rows = GRIDS[per_page]
    height, width = paper.shape[0] / rows, paper.shape[1] / columns
    found = []
    for number in range(count):
        row, column = divmod(number, columns)
        cell = paper[
            int(row * height) : int((row + 1) * height), int(column * width) : int((column + 1) * width)
        ]
        text, *_ = cv2.QRCodeDetector().detectAndDecode(
            cv2.copyMakeBorder(cell, 20, 20, 20, 20, 0, value=255)
        )
        found.append(text)
    return found


def test_codes_in_the_file_are_the_links_of_their_seats(tmp_path: Path) -> None:
    path = tmp_path / "out" / "sheet.pdf"
    assert write_sheet(path, PASSES, url=URL, title="Жас жұлдыздар") == 2
    first, second = pages_of(path)
    read = read_codes(first, 24, 24) + read_codes(second, 24, 6)
    assert read == [link_of(URL, item.token) for item in PASSES]
    assert KEY.check(read[7].partition("#")[2]) == KEY.voter("7")


@pytest.mark.parametrize("per_page", GRIDS)
def test_codes_are_read_from_paper_of_a_poor_printer(per_page: int) -> None:
    """300 dots to the inch, words and cuts around them, a little blurred."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = page_figure(PASSES[:4], url=URL, title="Жас жұлдыздар", per_page=per_page)
    figure.set_dpi(300)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    paper = cv2.GaussianBlur(np.asarray(canvas.buffer_rgba())[:, :, 0].copy(), (5, 5), 0)
    assert read_codes(paper, per_page, 4) == [link_of(URL, item.token) for item in PASSES[:4]]


def test_words_stay_within_their_cells_and_off_the_code() -> None:
    """Long and short labels: nothing is cut off, nothing stands in a code's white frame."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    labels = ["№ 4", "Row 15 Seat 1 of the left balcony of the palace of the republic", "A · B · C"]
    passes = [Pass(label=label, token=item.token) for label, item in zip(labels, PASSES[:3], strict=True)]
    url = "https://a-rather-long-name-of-a-hall.example.kz/"
    for per_page, (columns, rows) in GRIDS.items():
        figure = page_figure(passes, url=url, title="Ж" * 40, per_page=per_page)
        figure.set_dpi(72)
        canvas = FigureCanvasAgg(figure)
        axes = figure.axes[0]
        to_mm = axes.transData.inverted()
        boxes = [text.get_window_extent(canvas.get_renderer()).transformed(to_mm) for text in axes.texts]
        width_mm, height_mm = PAGE_MM[0] / columns, PAGE_MM[1] / rows
        for box in boxes:
            assert box.x0 % width_mm > 2.0 and box.x0 // width_mm == box.x1 // width_mm
            assert box.x1 % width_mm < width_mm - 1.5
            assert box.y0 // height_mm == box.y1 // height_mm
        outline = axes.patches[0].get_path().vertices
        module_mm = float(np.min(np.diff(np.unique(np.round(outline[:, 0], 3)))))
        near = 3.9 * module_mm
        for box in boxes:
            is_near = (
                (outline[:, 0] > box.x0 - near)
                & (outline[:, 0] < box.x1 + near)
                & (outline[:, 1] > box.y0 - near)
                & (outline[:, 1] < box.y1 + near)
            )
            assert not is_near.any()


def test_files_are_private_repeatable_and_whole(tmp_path: Path) -> None:
    one, two = tmp_path / "one.pdf", tmp_path / "two.pdf"
    for path in (one, two):
        write_sheet(path, PASSES[:3], url=URL)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert one.read_bytes() == two.read_bytes()
    before = one.read_bytes()
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_sheet(one / "under.pdf", PASSES[:3], url=URL)
    assert one.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.pdf", "two.pdf"]


def test_the_table_has_what_a_mail_merge_needs(tmp_path: Path) -> None:
    path = tmp_path / "tokens.csv"
    write_token_table(path, [Pass(label="=1+1", token="T"), *PASSES[:2]], url="http://hall.kz")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == {"label": "'=1+1", "token": "T", "link": "http://hall.kz/#T"}
    assert rows[2]["link"].endswith(f"#{PASSES[1].token}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hall.kz",
        "ftp://hall.kz/",
        "http://",
        "http://a b/",
        "http://h.kz/#x",
        "http://h:99999/",
        "http://" + "a" * 100,
    ],
)
def test_addresses_that_no_phone_opens_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="no address that can be printed"):
        checked_url(url)


def test_there_must_be_something_to_print(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no tokens"):
        write_sheet(tmp_path / "x.pdf", [], url=URL)
    with pytest.raises(InvalidInput, match="expected 8, 14, 24"):
        write_sheet(tmp_path / "x.pdf", PASSES, url=URL, per_page=10)
