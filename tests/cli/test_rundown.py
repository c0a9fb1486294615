"""The running order from the command line: shown, exported, imported, and back into a show file."""

import csv
import io
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.makers import run
from tests.cli.test_light import loaded_after

from temirbek.interchange import cues_toml, missing_keys, read_rundown
from temirbek.show import evening_from_text, read_evening

ROOT = Path(__file__).parents[2]
EVENING = ROOT / "shows" / "jas-stars.toml"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".toml"])
def test_a_whole_evening_goes_out_and_comes_back_into_a_show_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, suffix: str
) -> None:
    """Exported, imported, pasted where the cues were: the same running order, payloads and all."""
    table, cues = tmp_path / f"r{suffix}", tmp_path / "cues.toml"
    assert run(monkeypatch, tmp_path, "rundown", "export", EVENING, "-o", table) == 0
    if suffix == ".toml":
        cues = table
    else:
        assert run(monkeypatch, tmp_path, "rundown", "import", table, "-o", cues) == 0
    text = EVENING.read_text(encoding="utf-8")
    head = text[: text.index("[[people]]")]
    numbers = text[text.index("[[number]]") : text.index("[[cues]]")]
    again = evening_from_text(
        head + numbers + cues.read_text(encoding="utf-8"), where="again", folder=EVENING.parent
    )
    assert again.cues == read_evening(EVENING).cues


def test_the_running_order_is_shown_with_planned_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "rundown", "show", EVENING) == 0
    told = capsys.readouterr().out
    assert "19:33:48" in told  # nobody wrote it: the number of 100 s begins at 19:32
    assert "Nursultan Nurberdiev" in told
    assert "18:30–20:55 (Asia/Almaty)" in told
    assert run(monkeypatch, tmp_path, "rundown", "show", ROOT / "shows" / "demo.toml") == 0
    assert "1 cue, " in capsys.readouterr().out


def test_an_import_says_what_became_of_every_row(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    for line in (
        ["Начало", "Название", "Длительность", "Тип", "Свет"],
        ["19:00", "Двери [open]", "5", "свет", "тёплый"],
        ["19:10", "Песня", "долго", "магия"],
        [None, "Итого"],
    ):
        book.active.append(line)
    book.save(tmp_path / "t.xlsx")
    assert (
        run(monkeypatch, tmp_path, "rundown", "import", tmp_path / "t.xlsx", "-o", tmp_path / "c.toml") == 0
    )
    told = capsys.readouterr().out
    for words in (
        "Начало → start",
        "columns that say nothing here: Свет",
        "Двери [open] (light)",
        "guessed length 5: 5 taken for minutes",
        "ignored Свет: тёплый",
        "to be written look",
        "guessed kind 'магия' is not known: an act",
        "ignored length 'долго': not understood",
        "a line that adds up",
        "2 cues",
    ):
        assert words in told
    assert "# look = …" in (tmp_path / "c.toml").read_text(encoding="utf-8")
    assert run(monkeypatch, tmp_path, "rundown", "show", tmp_path / "t.xlsx") == 0
    assert "Двери [open] (light)" in capsys.readouterr().out


WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30)
CELL = (
    st.none()
    | WORD
    | st.sampled_from(["19:00", "23:50", "0:10", "4 мин", "5", "үзіліс", "Luina, LUINA", "x" * 300])
)


@settings(max_examples=60)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL, CELL), max_size=8))
def test_what_a_table_becomes_is_taken_by_the_show_file(rows: list[tuple[str | None, ...]]) -> None:
    """Whatever people write: the cues that lack nothing are good cues."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerows([["title", "start", "duration", "type", "who", "note"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
        read = read_rundown(path)
    cues = [cue for cue in read.cues if not missing_keys(cue)]
    top = 'format = 1\ntitle = "T"\n[music]\nsource = "demo"\n'
    again = evening_from_text(top + cues_toml(cues), where="again", folder=Path("."))
    if cues:
        assert [(c.id, c.title, c.kind, c.start, c.note) for c in again.cues] == [
            (c.id, c.title, c.kind, c.start, c.note) for c in cues
        ]
        assert [c.people for c in again.cues] == [tuple(i for _, i in c.people) for c in cues]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("export", EVENING, "-o", "r.pdf"), "expected a name that ends in .xlsx, .csv, .html or .toml"),
        (("export", EVENING, "-o", "absent/r.csv"), "cannot be written"),
        (("import", EVENING, "-o", "c.toml"), "no heading of a running order"),
        (("import", "absent.csv", "-o", "c.toml"), "cannot be read"),
        (("import", "empty.csv", "-o", "c.toml"), "there is no row that could be a cue"),
        (("import", "empty.csv", "-o", "c.txt"), "expected a name that ends in .toml"),
        (("show", "absent.toml"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[object, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.csv").write_text("title,start\n", encoding="utf-8")
    assert run(monkeypatch, tmp_path, "rundown", *words) == 1
    err = capsys.readouterr().err
    assert told in err
    assert "Traceback" not in err


def test_showing_a_running_order_loads_no_robots() -> None:
    assert loaded_after("rundown", "show", str(EVENING)) == []


@pytest.mark.browser
def test_the_page_prints_on_a4_without_overflow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the browser: nothing is wider than the paper, and the headings are repeated by the table's own head."""
    import shutil

    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    assert run(monkeypatch, tmp_path, "rundown", "export", EVENING, "-o", tmp_path / "r.html") == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            page = browser.new_page(
                viewport={"width": 703, "height": 1000}
            )  # 186 mm of paper between the margins
            requests: list[str] = []
            page.on("request", lambda request: requests.append(request.url))
            page.emulate_media(media="print")
            page.goto((tmp_path / "r.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 703
            wide = "[...document.querySelectorAll('td, th')].filter(e => e.scrollWidth > e.clientWidth + 1)"
            assert page.evaluate(wide + ".map(e => e.textContent)") == []
            assert page.locator("tbody tr").count() == 40
            assert (
                page.evaluate("getComputedStyle(document.querySelector('thead')).display")
                == "table-header-group"
            )
            assert len(requests) == 1
        finally:
            browser.close()
