"""Tokens on paper: A4 pages of QR codes to cut or to print on label sheets, and the same as a table.

A QR code (ISO/IEC 18004, error correction M or better: 15 % of it may be dirty) holds the page's address with the token behind
the ``#``, where no server and no referrer sees it. The token stands below in letters as well, for a phone whose camera does not
read it. Everything is drawn as lines and letters, nothing as a picture, so that it is sharp on any printer. The three sizes
are those of label sheets that shops have (105 × 74, 105 × 42 and 70 × 37 mm). Same tokens, same bytes.

Both files let their holder vote for everybody: they are written for their owner alone (mode 600), and belong into the
hands of whoever lays them on the seats.
"""

import csv
import io
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import segno

from temirbek.errors import InvalidInput

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path as Outline

PAGE_MM: Final = (210.0, 297.0)
GRIDS: Final[Mapping[int, tuple[int, int]]] = {8: (2, 4), 14: (2, 7), 24: (3, 8)}
"""Codes on a page → columns and rows."""
WORDS: Final = ("Сканерлеп, дауыс беріңіз", "Сканируйте и голосуйте", "Scan and vote")
"""What stands beside each code: Kazakh, Russian, English."""
LONGEST_URL = 100
_MARGIN_MM = 5.0
"""What printers leave white; a code begins nearer, because its own frame is white as well."""
_FRAME_MM = 2.5
_QUIET_MODULES = 4
"""The white frame that ISO/IEC 18004 asks for."""
_MM_OF_POINT = 25.4 / 72
_LETTERS_MM = 2.2
"""The token's letters stand so far below a code's own frame."""
_LEAST_GAP_MM = 0.9
_DARK_SHARE = 33 / 41
"""Of a code of version 4, which most addresses need, within its quiet zone."""
_MOST_LABEL_CHARACTERS = 18
_FORMULA_SIGNS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What lies on one seat: its label, and its token."""

    label: str
    token: str


def link_of(url: str, token: str) -> str:
    """What a QR code says: the page's address with the token behind the ``#``."""
    return f"{url}#{token}"


def checked_url(url: str) -> str:
    """The page's address as it is printed.

    Raises:
        InvalidInput: No short http or https address, or one that has something behind ``#`` or ``?`` already.
    """
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or re.search(r"[\s#?@]|[^\x21-\x7e]", url) or len(url) > LONGEST_URL:
        raise InvalidInput(
            f"{url!r}: no address that can be printed; expected at most {LONGEST_URL} characters such as "
            "http://192.168.1.10:8080/ or https://vote.example.kz/"
        )
    return url if parts.path else f"{url}/"


def write_sheet(path: Path, passes: Sequence[Pass], *, url: str, title: str = "", per_page: int = 24) -> int:
    """Writes the pages as PDF, whole or not at all; the number of pages.

    Args:
        path: Ends in .pdf.
        passes: In the order of printing, at least one.
        url: Of the audience's page.
        title: Of the evening, small on each; "" for none.
        per_page: One of :data:`GRIDS`.

    Raises:
        InvalidInput: It cannot be written, there is nothing to print, or no such number fits a page.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages

    if per_page not in GRIDS:
        raise InvalidInput(f"{per_page} codes on a page; expected {', '.join(map(str, GRIDS))}")
    if not passes:
        raise InvalidInput("there are no tokens to print")
    url = checked_url(url)
    about = {"Title": title or "QR codes", "CreationDate": None, "Creator": None, "Producer": None}
    pages = [passes[i : i + per_page] for i in range(0, len(passes), per_page)]
    with _whole(path) as part, rc_context({"pdf.fonttype": 42}), PdfPages(part, metadata=about) as pdf:
        for page in pages:
            pdf.savefig(page_figure(page, url=url, title=title, per_page=per_page))
    return len(pages)


def write_token_table(path: Path, passes: Sequence[Pass], *, url: str) -> None:
    """Writes label, token and link of each as CSV, for mail merges and for whoever prints by other means.

    Raises:
        InvalidInput: It cannot be written.
    """
    url = checked_url(url)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(("label", "token", "link"))
    for item in passes:
        label = f"'{item.label}" if item.label.startswith(_FORMULA_SIGNS) else item.label
        lines.writerow((label, item.token, link_of(url, item.token)))
    with _whole(path) as part:
        part.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


def page_figure(passes: Sequence[Pass], *, url: str, title: str, per_page: int) -> "Figure":
    """One A4 page, ready to be saved in any format; coordinates are mm from its lower left corner."""
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch

    figure = Figure(figsize=(PAGE_MM[0] / 25.4, PAGE_MM[1] / 25.4))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(0, PAGE_MM[0]), ylim=(0, PAGE_MM[1]))
    axes.set_axis_off()
    _draw_cuts(axes, *GRIDS[per_page])
    outlines = []
    for number, item in enumerate(passes):
        x_mm, y_mm, width_mm, height_mm = _cell(number, *GRIDS[per_page])
        letters_mm = _LETTERS_MM * _scale(height_mm)
        side_mm = min(height_mm - _FRAME_MM - _MARGIN_MM - letters_mm, 0.44 * width_mm)
        above_mm = max(_FRAME_MM, (height_mm - side_mm - letters_mm) / 2)
        corner = x_mm + _FRAME_MM, y_mm + height_mm - above_mm - side_mm
        outlines.append(_outline(link_of(url, item.token), *corner, side_mm))
        _write_words(axes, item, corner, side_mm, (width_mm, height_mm), url=url, title=title)
    # one fill for all: seams between the squares of a code would show as hairs
    axes.add_artist(PathPatch(_together(outlines), facecolor="black", edgecolor="none", linewidth=0))
    return figure


def _cell(number: int, columns: int, rows: int) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of a cell [mm], from the upper left one in reading order."""
    width_mm, height_mm = PAGE_MM[0] / columns, PAGE_MM[1] / rows
    row, column = divmod(number, columns)
    return column * width_mm, PAGE_MM[1] - (row + 1) * height_mm, width_mm, height_mm


def _draw_cuts(axes: "Axes", columns: int, rows: int) -> None:
    style: dict[str, Any] = {"color": "0.75", "linewidth": 0.25, "linestyle": (0, (8, 8))}
    for column in range(1, columns):
        axes.plot([PAGE_MM[0] * column / columns] * 2, [0, PAGE_MM[1]], **style)
    for row in range(1, rows):
        axes.plot([0, PAGE_MM[0]], [PAGE_MM[1] * row / rows] * 2, **style)


def _outline(words: str, x_mm: float, y_mm: float, side_mm: float) -> "Outline":
    """A code as closed rectangles, one for each run of dark squares in a row; its quiet zone lies within the side."""
    from matplotlib.path import Path as Outline

    dark = segno.make(words, error="m", micro=False).matrix
    module_mm = side_mm / (len(dark) + 2 * _QUIET_MODULES)
    top_mm = y_mm + side_mm - _QUIET_MODULES * module_mm
    left_mm = x_mm + _QUIET_MODULES * module_mm
    corners = [
        (left_mm + column * module_mm, top_mm - (row + down) * module_mm)
        for row, line in enumerate(dark)
        for run in re.finditer(b"\x01+", bytes(line))
        for column, down in (
            (run.start(), 0),
            (run.end(), 0),
            (run.end(), 1),
            (run.start(), 1),
            (run.start(), 0),
        )
    ]
    codes = [Outline.MOVETO, Outline.LINETO, Outline.LINETO, Outline.LINETO, Outline.CLOSEPOLY]
    return Outline(corners, codes * (len(corners) // 5))


def _together(outlines: Sequence["Outline"]) -> "Outline":
    from matplotlib.path import Path as Outline

    return Outline.make_compound_path(*outlines)


def _write_words(
    axes: "Axes",
    item: Pass,
    corner_mm: tuple[float, float],
    side_mm: float,
    cell_mm: tuple[float, float],
    *,
    url: str,
    title: str,
) -> None:
    """Title, label, words and address beside a code, from its upper edge to its lower one; its letters below."""
    edge_mm = side_mm * (1 - _DARK_SHARE) / 2
    left_mm, room_mm = corner_mm[0] + side_mm, cell_mm[0] - _FRAME_MM - side_mm - _MARGIN_MM
    scale = _scale(cell_mm[1])
    groups = [
        [(title, 5.0 * scale, "normal")] if title else [],
        [(line, 9.0 * scale, "bold") for line in _label_lines(item.label)],
        [(words, 5.5 * scale, "normal") for words in WORDS],
        [(url.partition("://")[2].rstrip("/"), 6.0 * scale, "bold")],
    ]
    groups = [group for group in groups if group]
    tall_mm = side_mm * _DARK_SHARE
    taken_mm = sum(_line_mm(size) for group in groups for _, size, _ in group)
    shrink = min(1.0, (tall_mm - (len(groups) - 1) * _LEAST_GAP_MM) / taken_mm)
    gap_mm = min(3.0 * scale, (tall_mm - taken_mm * shrink) / (len(groups) - 1))
    at_mm = corner_mm[1] + side_mm - edge_mm
    for group in groups:
        for text, size, weight in group:
            at_mm -= _line_mm(size * shrink)
            _write(axes, (left_mm, at_mm), text, size * shrink, room_mm, weight=weight)
        at_mm -= gap_mm
    letters = "-".join(item.token[i : i + 4] for i in range(0, len(item.token), 4))
    below = corner_mm[0] + edge_mm, corner_mm[1] - _LETTERS_MM * scale
    _write(axes, below, letters, 7.0 * scale, cell_mm[0] - 2 * _MARGIN_MM, family="DejaVu Sans Mono")


def _scale(height_mm: float) -> float:
    """How much larger letters are than in the smallest cell."""
    return min(1.5, height_mm / 37.0)


def _label_lines(label: str) -> list[str]:
    """A label's parts, each on a line; long ones on several."""
    return [line for part in label.split(" · ") for line in wrap(part, _MOST_LABEL_CHARACTERS)]


def _line_mm(size: float) -> float:
    return 1.25 * size * _MM_OF_POINT


@lru_cache(maxsize=1024)  # most words are the same on every seat
def _fitting(text: str, room_mm: float, family: str, weight: str) -> float:
    """The size in points at which a line is as long as its room."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=family, weight=weight, size=10.0)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return 10.0 * room_mm / max(float(width) * _MM_OF_POINT, 1e-3)


def _write(
    axes: "Axes",
    at_mm: tuple[float, float],
    text: str,
    size: float,
    room_mm: float,
    *,
    weight: str = "normal",
    family: str = "DejaVu Sans",
) -> None:
    """Writes a line; smaller than meant where it would be longer than its room."""
    size = min(size, _fitting(text, room_mm, family, weight))
    font: dict[str, Any] = {"family": family, "weight": weight}
    axes.text(*at_mm, text, fontsize=size, va="baseline", parse_math=False, **font)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A private file beside the one that is meant, which takes its place when all went well."""
    part = path.with_name(f".{secrets.token_hex(4)}.{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
        part.replace(path)
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        with suppress(OSError):  # never made, or its folder is none
            part.unlink()
