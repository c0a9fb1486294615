"""Running orders: what people wrote is understood or named; what is written comes back the same; no file is a fault."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.interchange import (
    RundownCue,
    cues_toml,
    evening_to_cues_toml,
    missing_keys,
    read_rundown,
    rundown_of,
    write_rundown_csv,
    write_rundown_html,
    write_rundown_xlsx,
)
from temirbek.interchange.rundown_table import MOST_COLUMNS, MOST_ROWS
from temirbek.interchange.rundown_times import clock_of, length_of
from temirbek.interchange.rundown_words import name_cell, names_in, short_name
from temirbek.types import (
    CUE_KINDS,
    ActCue,
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
    NamedWishes,
    OscCue,
    PauseCue,
    Payload,
    Performer,
    Person,
    PollCue,
    PollOption,
    RobotGestureCue,
    RobotNumberCue,
    Show,
    SpeechCue,
    StartTime,
    TrackCue,
    Venue,
)

Writer = Callable[..., None]
WRITERS: dict[str, Writer] = {".csv": write_rundown_csv, ".xlsx": write_rundown_xlsx}
HOME = Path("/shows")

CAST = (
    Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(0.0, 1.0)),
    Performer(id="snow", name="Adilet", robot="go2", role="animal", mark_m=(0.0, -1.0)),
)
PEOPLE = (
    Person(id="luina", name="Luina"),
    Person(id="miras", name="Miras Zhugunissov"),
    Person(id="duo", name="A. & B. and all"),
)


def evening_of(cues: Sequence[Cue]) -> Evening:
    show = Show(title="Қыс <b>& co", seed=1, music=Music(is_demo=True), cast=CAST)
    return Evening(show=show, people=PEOPLE, cues=tuple(cues), date=date(2026, 3, 14))


def table(tmp_path: Path, *lines: Sequence[object]) -> Path:
    """A workbook with these rows."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(list(line))
    book.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


TEXT = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40
).filter(lambda t: t == t.strip() and any(c.isalpha() for c in t))
MUSIC = st.builds(
    Music,
    is_demo=st.just(True),
    titles=st.lists(TEXT, max_size=2, unique=True).map(tuple),
    keep_order=st.booleans(),
    wishes=st.builds(NamedWishes, must_play=st.lists(TEXT, max_size=2).map(tuple)),
) | st.builds(Music, paths=st.just((HOME / "crate" / "a.flac", Path("/elsewhere/b.wav"))))
TEXTS = st.dictionaries(st.sampled_from(["kk", "ru", "en"]), TEXT, min_size=1)
SECONDS = st.integers(0, 600).map(float)
PAYLOADS: dict[str, st.SearchStrategy[Payload]] = {
    "act": st.just(ActCue()),
    "speech": st.just(SpeechCue()),
    "pause": st.just(PauseCue()),
    "track": st.builds(TrackCue, music=MUSIC, gain_db=st.integers(-60, 12).map(float), fade_out_s=SECONDS),
    "dj_set": st.builds(DjSetCue, music=MUSIC, with_human=st.sampled_from(["", "luina"]), dances=st.booleans()),
    "robot_number": st.builds(RobotNumberCue, music=MUSIC, number=st.sampled_from(["", "song"])),
    "robot_gesture": st.builds(RobotGestureCue, move=st.just("bow"), tempo_bpm=st.none() | st.just(96.5)),
    "announcement": st.builds(
        AnnouncementCue,
        text=TEXTS,
        approved_by=st.just("A. Producer"),
        approved_on=st.just(date(2026, 3, 1)),
    ).map(lambda a: replace(a, approved_text=a.fingerprint)),
    "card": st.builds(CardCue, text=TEXTS),
    "light": st.builds(
        LightCue, look=st.just("warm"), fade_s=SECONDS, levels=st.dictionaries(st.just("1.12"), st.integers(0, 255))
    ),
    "osc": st.builds(
        OscCue,
        peer=st.just("desk"),
        address=st.just("/go"),
        arguments=st.lists(st.integers(-9, 9) | st.booleans() | TEXT | st.just(0.5), max_size=3).map(tuple),
        needs_answer=st.booleans(),
    ),
    "midi": st.just(MidiCue(message=(0xC0, 5))),
    "greeting": st.builds(
        GreetingCue, zones=st.just(("door", "front")), allows_contact=st.booleans()
    ),
    "battle": st.builds(
        BattleCue,
        music=MUSIC,
        zone=st.sampled_from(["", "floor"]),
        rules=st.builds(
            BattleRules,
            robot=st.just("snow"),
            rounds=st.integers(1, 7),
            has_votes=st.booleans(),
            jury=st.lists(TEXT, max_size=2, unique=True).map(tuple),
            jury_weight=st.sampled_from([0.0, 0.2, 1.0]),
            vote_s=st.sampled_from([20.0, 12.5]),
        ),
    ),
    "poll": st.builds(
        PollCue,
        question=TEXTS,
        options=st.lists(st.builds(PollOption, id=st.just("a"), text=TEXTS), min_size=2, max_size=3).map(tuple),
    ),
    "checklist": st.builds(ChecklistCue, items=st.lists(TEXT, min_size=1, max_size=3).map(tuple)),
}  # fmt: skip


@st.composite
def running_orders(draw: st.DrawFn) -> tuple[Cue, ...]:
    kinds = draw(st.lists(st.sampled_from(CUE_KINDS), min_size=1, max_size=5))
    times = sorted(draw(st.lists(st.integers(0, 2 * 86_399), min_size=len(kinds), max_size=len(kinds))))
    cues = []
    for i, (kind, t) in enumerate(zip(kinds, times, strict=True)):
        at = time(t % 86_400 // 3600, t // 60 % 60, t % 60)
        start = StartTime(at=at, day=t // 86_400, is_hard=draw(st.booleans()))
        cues.append(
            Cue(
                id=f"c{i}",
                title=draw(TEXT),
                kind=kind,
                payload=draw(PAYLOADS[kind]),
                length_s=draw(st.integers(0, 20_000)) + draw(st.sampled_from([0.0, 0.5])),
                pre_wait_s=draw(SECONDS),
                post_wait_s=draw(SECONDS),
                waits_for_applause=draw(st.booleans()),
                follow=draw(st.sampled_from(["manual", "auto_continue", "auto_follow"])),
                start=draw(st.none() | st.just(start)),
                people=tuple(draw(st.lists(st.sampled_from([p.id for p in PEOPLE]), unique=True))),
                robots=tuple(draw(st.lists(st.sampled_from(["sky", "snow"]), unique=True))),
                note=draw(st.just("") | TEXT),
                is_skipped=draw(st.booleans()),
            )
        )
    return tuple(cues)


@pytest.mark.parametrize("suffix", WRITERS)
@settings(max_examples=25)
@given(cues=running_orders())
def test_what_is_written_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, cues: tuple[Cue, ...]
) -> None:
    path = tmp_path_factory.mktemp("rundown") / f"r{suffix}"
    evening = evening_of(cues)
    WRITERS[suffix](evening, [1_773_500_000.0 + i for i in range(len(cues))], path, folder=HOME)
    read = read_rundown(path)
    assert read.cues == rundown_of(evening, HOME)
    assert not [row for row in read.rows if row.ignored or row.guessed]


def test_titles_that_look_like_formulas_stay_words(tmp_path: Path) -> None:
    titles = ("=1+1", "+Alpha", "-x", "@here", "'quoted'")
    evening = evening_of(
        [Cue(id=f"c{i}", title=t, kind="act", payload=ActCue()) for i, t in enumerate(titles)]
    )
    for suffix, write in WRITERS.items():
        write(evening, [0.0] * len(titles), tmp_path / f"f{suffix}")
        assert tuple(c.title for c in read_rundown(tmp_path / f"f{suffix}").cues) == titles
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx").active
    assert {sheet.cell(row=r, column=2).data_type for r in range(2, 7)} == {"s"}
    lines = list(csv.reader(io.StringIO((tmp_path / "f.csv").read_text(encoding="utf-8-sig"))))
    assert [line[1][0] for line in lines[1:5]] == ["'"] * 4


@pytest.mark.parametrize(
    ("cell", "unit", "seconds"),
    [
        ("4:30", "", 270), ("00:04:30", "", 270), ("4 min", "", 240), ("4 мин.", "", 240), ("4,5 мин", "", 270),
        ("4'30\"", "", 270), ("4′30″", "", 270), ("1 ч 20 мин", "", 4800), ("1h20", "", 4800), ("90 s", "", 90),
        ("2 сағ 5 мин", "", 7500), ("PT4M30S", "", 270), ("~7 минут", "", 420), ("5", "", 300), ("5", "s", 5),
        (4, "min", 240), (2.5, "", 150), (90, "s", 90), (0.003125, "", 270), (time(0, 4, 30), "", 270),
        (time(4, 30), "", 270), (time(4, 30), "hms", 16_200), (timedelta(minutes=7), "", 420),
        (timedelta(hours=4, minutes=30), "", 270), (datetime(1900, 1, 1, 0, 7), "", 420), ("0:00:04.5", "", 4.5),
        ("долго", "", None), ("4:75", "", None), ("", "", None), (None, "", None), (True, "", None), (-3, "", None),
        (float("inf"), "", None), ("99999", "", None), ("1:2:3:4", "", None),
    ],
)  # fmt: skip
def test_lengths_are_understood(cell: object, unit: str, seconds: float | None) -> None:
    found = length_of(cell, unit)  # type: ignore[arg-type]
    assert (None if found is None else found.length_s) == seconds


@pytest.mark.parametrize(
    ("cell", "at", "day"),
    [
        ("19:30", time(19, 30), 0), ("19.30", time(19, 30), 0), ("7:30 PM", time(19, 30), 0), ("12 am", time(0), 0),
        ("19ч30", time(19, 30), 0), ("1930", time(19, 30), 0), (1930, time(19, 30), 0), ("19:30:15", time(19, 30, 15), 0),
        ("24:15", time(0, 15), 1), ("0:15 (+1)", time(0, 15), 1), ("0:15 +1 күн", time(0, 15), 1),
        (time(19, 30), time(19, 30), 0), (datetime(2026, 3, 14, 19, 30), time(19, 30), 0), (0.8125, time(19, 30), 0),
        (timedelta(hours=25), time(1), 1), ("25:61", None, 0), ("soon", None, 0), ("19", None, 0), ("13 pm", None, 0),
        (99.5, None, 0), (True, None, 0),
    ],
)  # fmt: skip
def test_times_of_day_are_understood(cell: object, at: time | None, day: int) -> None:
    found = clock_of(cell)  # type: ignore[arg-type]
    assert (None if found is None else (found.at, found.day)) == (None if at is None else (at, day))


def test_a_table_as_people_write_it(tmp_path: Path) -> None:
    """Title rows, two lines of headings, sections, repeated headings, sums, formulas, midnight."""
    path = table(
        tmp_path,
        ["Сценарный план концерта"],
        [],
        ["№", "Время", None, "Наименование номера", "Хронометраж (мин)", "Ведущий", "Исполнитель", "Свет"],
        [None, "Начало", "Конец"],
        ["I ОТДЕЛЕНИЕ"],
        [1, time(22, 0), time(22, 4), "Открытие", 4, "Айгүл", None, "тёплый"],
        [2, "22.04", "22:11", "Песня", None, None, "Luina и Arqaiym"],
        ["№", "Начало", "Конец", "Наименование номера"],
        [3, "23:50", None, "Антракт", "=E6*2"],
        [4, time(0, 15), None, "Финал", time(4, 30)],
        [5, "скоро", None, "Поклон", "долго"],
        [None, None, None, "Итого", 25],
    )
    read = read_rundown(path)
    assert [(c.id, c.title, c.kind, c.length_s) for c in read.cues] == [
        ("cue_1", "Открытие", "act", 240.0),
        ("cue_2", "Песня", "act", 420.0),
        ("cue_3", "Антракт", "pause", 1500.0),
        ("cue_4", "Финал", "act", 270.0),
        ("cue_5", "Поклон", "act", None),
    ]
    assert [c.start and (c.start.at.hour, c.start.day) for c in read.cues] == [
        (22, 0),
        (22, 0),
        (23, 0),
        (0, 1),
        None,
    ]
    assert read.cues[1].people == (("Luina", "luina"), ("Arqaiym", "arqaiym"))
    rows = {row.row: row for row in read.rows}
    assert rows[5].ignored == ("a heading: 'I ОТДЕЛЕНИЕ'",)
    assert rows[6].ignored == ("Свет: тёплый",)
    assert rows[8].ignored == ("the heading once more",)
    assert "without a stored value" in rows[9].ignored[0]
    assert rows[9].guessed == ("by its title a pause", "length 25:00, until the next start")
    assert rows[10].guessed[0] == "the start is past midnight"
    assert rows[11].ignored == ("start 'скоро': no time of day", "length 'долго': not understood")
    assert rows[12].ignored == ("a line that adds up",)


@pytest.mark.parametrize(
    ("line", "row", "want"),
    [
        (
            "Time Start,Time End,Duration,Cue,Title,Skip",
            "09:00:00,09:15:00,00:15:00,1,Welcome,FALSE",
            (900, "Welcome"),
        ),
        ("Cue,Duration", "Welcome,2:00", (120, "Welcome")),
        ("Басталуы,Ұзақтығы,Атауы", "19:00,4 мин,Ән", (240, "Ән")),
        ("Начало / Start;Название / Title;Мин", "19:00;Песня;4", (240, "Песня")),
        ("Start Time (planned)\tWhat happens\tEst. duration", "7 pm\tSong\t1 h", (3600, "Song")),
        ("time|???|length (sec)", "19:00|Song|75", (75, "Song")),
    ],
)
def test_headings_of_many_kinds(tmp_path: Path, line: str, row: str, want: tuple[float, str]) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "t.csv").write_text(f"Some show\n\n{line}\n{row}\n", encoding=encoding)
        (cue,) = read_rundown(tmp_path / "t.csv").cues
        assert (cue.length_s, cue.title) == want


def test_a_csv_of_cyrillic_windows_is_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("Начало;Название\n19:00;Песня\n".encode("cp1251"))
    assert read_rundown(tmp_path / "t.csv").cues[0].title == "Песня"


def test_the_likeliest_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Contacts"])
    book.create_sheet("Plan").append(["Title", "Start"])
    book["Plan"].append(["Song", "19:00"])
    book.save(tmp_path / "t.xlsx")
    read = read_rundown(tmp_path / "t.xlsx")
    assert (read.sheet, read.notes) == ("Plan", ("sheet 'Sheet' was not read",))


def test_formulas_count_by_their_stored_values(tmp_path: Path) -> None:
    path = table(tmp_path, ["Title", "Length (min)"], ["Song", "=2+2"])
    assert read_rundown(path).cues[0].length_s is None
    unpacked = {n: zipfile.ZipFile(path).read(n) for n in zipfile.ZipFile(path).namelist()}
    name = "xl/worksheets/sheet1.xml"
    unpacked[name], n = re.subn(rb"<f>2\+2</f><v\s*(/>|></v>)", b"<f>2+2</f><v>4</v>", unpacked[name])
    assert n == 1
    with zipfile.ZipFile(path, "w") as archive:
        for item, content in unpacked.items():
            archive.writestr(item, content)
    assert read_rundown(path).cues[0].length_s == 240.0


def test_a_start_that_goes_back_is_left_out_and_named(tmp_path: Path) -> None:
    read = read_rundown(table(tmp_path, ["Title", "Start"], ["A", "20:00"], ["B", "19:30"], ["C", "20:10"]))
    assert [c.start and c.start.at for c in read.cues] == [time(20), None, time(20, 10)]
    assert read.rows[1].ignored == ("start 19:30: lies before the start of an earlier row",)


def test_dates_beside_times_count_the_days(tmp_path: Path) -> None:
    for rows in (
        [["A", datetime(2026, 3, 14, 23, 0)], ["B", datetime(2026, 3, 15, 9, 0)]],
        [["A", "14.03.2026 23:00"], ["B", "15.03.2026, 9:00"]],
        [["A", "2026-03-14T23:00:00"], ["B", "2026-03-15 9:00 am"]],
    ):
        read = read_rundown(table(tmp_path, ["Title", "Start"], *rows))
        assert [c.start for c in read.cues] == [StartTime(at=time(23)), StartTime(at=time(9), day=1)]


def test_unknown_kinds_are_acts_and_words_for_kinds_are_kinds(tmp_path: Path) -> None:
    rows = [
        ["Title", "Type"],
        ["A", "Magic"],
        ["B", "объявление"],
        ["C", "үзіліс"],
        ["D", "DJ set"],
        ["E", "robot_number"],
    ]
    read = read_rundown(table(tmp_path, *rows, ["F", "Freeform"]))
    assert [c.kind for c in read.cues] == ["act", "announcement", "pause", "dj_set", "robot_number", "act"]
    assert read.rows[0].guessed == ("kind 'Magic' is not known: an act",)


def test_cues_of_a_table_say_what_is_still_to_be_written(tmp_path: Path) -> None:
    read = read_rundown(
        table(tmp_path, ["Title", "Type"], ["Doors", "light"], ["Bow", "gesture"], ["Song", "act"])
    )
    assert [missing_keys(c) for c in read.cues] == [("look",), ("move", "robots"), ()]
    assert "# look = …" in cues_toml(read.cues)


def test_names_become_short_names_and_come_back() -> None:
    assert short_name("Көктем – ән №2") == "koktem_an_no2"
    assert short_name("Объявление", ["obyavlenie"]) == "obyavlenie_2"
    assert short_name("…") == "cue"
    assert short_name("1-я песня") == "cue_1_ya_pesnya"
    for person in (*PEOPLE, Person(id="x", name="A, B; [C]")):
        assert names_in(name_cell(person.name, person.id))[0][1] == person.id
    assert names_in("Host 1, DJ A; B and C\nD") == [
        ("Host 1", "host_1"), ("DJ A", "dj_a"), ("B", "b"), ("C", "c"), ("D", "d"),
    ]  # fmt: skip


def test_files_that_are_none_are_refused_in_words(tmp_path: Path) -> None:
    def told(data: bytes, name: str = "t.xlsx") -> str:
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InvalidInput) as caught:
            read_rundown(tmp_path / name)
        return str(caught.value)

    assert "is empty" in told(b"")
    assert "the old Excel format" in told(bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 100)
    assert "cannot be read as xlsx" in told(b"PK\x03\x04 nonsense")
    assert "neither xlsx nor text" in told(b"\x00\x01\x02\x98" * 50)
    assert "no heading of a running order" in told(b"a,b\n1,2\n", "t.csv")
    ods = io.BytesIO()
    with zipfile.ZipFile(ods, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    assert "OpenDocument" in told(ods.getvalue())
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_rundown(tmp_path / "absent.csv")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_rundown(tmp_path)


def test_large_tables_are_cut_and_archives_that_swell_are_refused(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("title,start\n" + "a,\n" * (MOST_ROWS + 50), encoding="utf-8")
    read = read_rundown(tmp_path / "long.csv")
    assert len(read.cues) == MOST_ROWS - 1
    assert "larger than a running order may be" in read.notes[0]
    (tmp_path / "wide.csv").write_text(
        "title,start" + ",x" * MOST_COLUMNS + "\nSong,19:00\n", encoding="utf-8"
    )
    assert read_rundown(tmp_path / "wide.csv").cues[0].title == "Song"
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(3):
            archive.writestr(f"xl/{i}.xml", bytes(80 * 2**20))
    with pytest.raises(InvalidInput, match="unpacks to 240 MB"):
        read_rundown(tmp_path / "bomb.xlsx")


@pytest.fixture(scope="module")
def good_xlsx(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good")
    return table(
        path, ["Title", "Start", "Length"], ["Song", time(19), "4:30"], ["Talk", "20:00", 5]
    ).read_bytes()


@settings(max_examples=80)
@given(st.data())
def test_no_damaged_workbook_is_a_fault(
    good_xlsx: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    broken = bytearray(good_xlsx)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(broken) - 1))
        broken[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(broken) // 2, len(broken)))
    path = tmp_path_factory.mktemp("broken") / "t.xlsx"
    path.write_bytes(broken[:cut])
    try:
        read_rundown(path)
    except InvalidInput as error:
        assert str(path) in str(error)


@settings(max_examples=80)
@given(st.data())
def test_no_workbook_with_damaged_parts_is_a_fault(
    good_xlsx: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Archives that are whole, with XML that is not, or says what it should not."""
    archive = zipfile.ZipFile(io.BytesIO(good_xlsx))
    parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    text = parts[name]
    match data.draw(st.sampled_from(["drop", "cut", "swap", "digits"])):
        case "drop":
            del parts[name]
        case "cut":
            parts[name] = text[: data.draw(st.integers(0, len(text)))]
        case "swap":
            i, j = (data.draw(st.integers(0, len(text))) for _ in range(2))
            parts[name] = (
                text[:i]
                + data.draw(st.sampled_from([b"", b"<", b'"', b"9" * 30, b"\xff", b"&x;"]))
                + text[j:]
            )
        case _:
            parts[name] = re.sub(
                rb"\d+", data.draw(st.sampled_from([b"-1", b"0", b"99999999999", b"x"])), text
            )
    path = tmp_path_factory.mktemp("parts") / "t.xlsx"
    with zipfile.ZipFile(path, "w") as out:
        for part, content in parts.items():
            out.writestr(part, content)
    try:
        read_rundown(path)
    except InvalidInput as error:
        assert str(path) in str(error)


CELLS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=12) | st.times()
    | st.datetimes() | st.timedeltas() | st.dates()
    | st.sampled_from(["Title", "Start", "Длительность", "кім", "19:00", "4 мин", "24:10", "=A1", "Итого", "id"])
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=6))
def test_no_table_is_a_fault(rows: list[list[object]]) -> None:
    from temirbek.interchange.rundown_columns import columns_of
    from temirbek.interchange.rundown_rows import Reading
    from temirbek.interchange.rundown_table import Sheet

    lines = (("Title", "Start", "End", "Length", "Who"), *(tuple(row) for row in rows))
    columns = columns_of(lines)  # type: ignore[arg-type]
    assert columns is not None
    read = Reading(Sheet(name="", rows=lines), columns).rows()  # type: ignore[arg-type]
    cues = [row.cue for row in read if row.cue]
    assert len({c.id for c in cues}) == len(cues)
    starts = [(c.start.day, c.start.at) for c in cues if c.start]
    assert starts == sorted(starts)
    cues_toml(cues)


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_no_bytes_are_a_fault(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "t.csv"
    path.write_bytes(b"title,start,length\n" + data)
    try:
        read_rundown(path)
    except InvalidInput as error:
        assert str(path) in str(error)


def test_the_page_holds_everything_and_fetches_nothing(tmp_path: Path) -> None:
    cues = [
        Cue(
            id="a",
            title="<script>alert(1)</script>",
            kind="act",
            payload=ActCue(),
            length_s=600,
            people=("luina",),
        ),
        Cue(
            id="b",
            title="Сөз",
            kind="announcement",
            payload=AnnouncementCue(text={"kk": "x"}),
            follow="auto_follow",
        ),
        Cue(
            id="c",
            title="After",
            kind="act",
            payload=ActCue(),
            start=StartTime(at=time(0, 5), day=1, is_hard=True),
            note="a & b",
        ),
    ]
    evening = replace(evening_of(cues), venue=Venue(name="Hall", languages=("ru", "en")))
    starts = [
        datetime.fromisoformat(t).timestamp()
        for t in ("2026-03-14T23:50:00+05:00", "2026-03-15T00:00:00+05:00", "2026-03-15T00:05:00+05:00")
    ]
    write_rundown_html(evening, starts, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page
    assert "url(" not in page
    assert "&lt;script&gt;" in page
    for words in (
        "23:50",
        "00:05<sup>+1</sup>",
        "точно в срок",
        "текст не утверждён",
        "Порядок программы",
        "Luina",
        "14.03.2026",
    ):
        assert words in page
    assert "Басталуы" not in page  # only the venue's languages


def test_cues_as_toml_are_the_same_cues() -> None:
    """Their text is read by the show file's own tests of whole evenings; here: it is TOML, with every id."""
    import tomllib

    cues = [
        Cue(id="a", title='"\\\n\x7f', kind="act", payload=ActCue(), people=("miras",), length_s=90.5),
        Cue(
            id="b",
            title="B",
            kind="light",
            payload=LightCue(look="warm", levels={"1.12": 3}),
            start=StartTime(at=time(1), day=1),
        ),
    ]
    read = tomllib.loads(evening_to_cues_toml(evening_of(cues), HOME))
    assert read["people"] == [{"id": "miras", "name": "Miras Zhugunissov"}]
    assert read["cues"][0] == {
        "id": "a",
        "title": '"\\\n\x7f',
        "kind": "act",
        "length_s": 90.5,
        "people": ["miras"],
    }
    assert read["cues"][1]["levels"] == {"1.12": 3}
    assert (read["cues"][1]["start"], read["cues"][1]["day"]) == ("01:00", 1)


def test_nothing_but_a_title_is_needed() -> None:
    assert cues_toml([RundownCue(id="a", title="A")]) == '[[cues]]\nid = "a"\ntitle = "A"\nkind = "act"\n'
