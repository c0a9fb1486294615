"""The whole evening from its file: what is allowed is read, every fault is named at once, with its path."""

import re
from dataclasses import fields
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.choreography import load_moves
from temirbek.errors import InvalidInput
from temirbek.show import (
    DEFAULT_CAST,
    SHOW_FILE_KEYS,
    evening_from_text,
    read_evening,
    read_show,
    show_from_text,
)
from temirbek.types import (
    CUE_KINDS,
    AnnouncementCue,
    BattleCue,
    Cue,
    DjSetCue,
    Evening,
    LightCue,
    Music,
    OscCue,
    Peer,
    RobotGestureCue,
    RobotNumberCue,
    StartTime,
    TrackCue,
)

SHOWS = Path(__file__).parents[2] / "shows"
TOP = """
format = 1
title = "Қыс"
[music]
source = "demo"
"""


def evening(text: str) -> Evening:
    return evening_from_text(TOP + text, where="x.toml", folder=Path("/shows"))


def said(text: str, top: str = TOP) -> str:
    with pytest.raises(InvalidInput) as caught:
        evening_from_text(top + text, where="x.toml", folder=Path("/shows"))
    return str(caught.value)


def cue(kind: str, rest: str = "", id_: str = "a") -> str:
    return f'[[cues]]\nid = "{id_}"\ntitle = "T"\nkind = "{kind}"\n{rest}\n'


GOOD: dict[str, str] = {
    "act": "length_min = 7",
    "speech": "length_s = 90.5",
    "pause": "length_min = 1",
    "track": 'track = "songs/intro.flac"\ngain_db = -6\nfade_in_s = 1\nfade_out_s = 2',
    "dj_set": "length_min = 12",
    "robot_number": 'music = { source = "demo", titles = ["Дала"] }',
    "robot_gesture": 'robots = ["sky"]\nmove = "salem"',
    "announcement": 'text = { kk = "бір", ru = "один" }\naudio = { kk = "kk.flac" }',
    "light": 'look = "warm"\nlevels = { "0.12" = 255 }',
    "card": 'text = { en = "Welcome" }',
    "osc": 'peer = "desk"\naddress = "/go"\narguments = [1, 2.5, true, "x"]\nneeds_answer = true',
    "midi": "message = [0xC0, 5]",
    "greeting": 'robots = ["sky"]\nzones = ["door"]\nallows_contact = true',
    "battle": 'robots = ["adilet"]\nrounds = 5\nzone = "door"\njury = ["Jury 1"]',
    "poll": 'length_s = 30\nquestion = { en = "Who?" }\n'
    'options = [{ id = "a", text = { en = "A" } }, { id = "b", text = { en = "B" } }]',
    "checklist": 'items = ["floor"]\nblocks = ["rehearsal", "live"]',
}
LINKED = '[venue.links]\nmidi_out = "Port"\n[venue.links.osc.desk]\nhost = "10.0.0.2"\nport = 9000\n'
LINKED += '[[venue.guest_zones]]\nid = "door"\ntitle = "The door"\ncenter_m = [6, 0]\nradius_m = 1\n'


@pytest.mark.parametrize("kind", CUE_KINDS)
def test_every_kind_is_read(kind: str) -> None:
    (one,) = evening(LINKED + cue(kind, GOOD[kind])).cues
    assert (one.id, one.title, one.kind) == ("a", "T", kind)


def test_every_field_of_a_payload_can_be_written() -> None:
    for kind in CUE_KINDS:
        (one,) = evening(LINKED + cue(kind, GOOD[kind])).cues
        keys = SHOW_FILE_KEYS[f"cues.{kind}"]
        names = {f.name for f in fields(one.payload)} - {"voices"}  # those are the venue's
        if isinstance(one.payload, BattleCue):
            names = names - {"rules"} | {f.name for f in fields(one.payload.rules)} - {"robot"}
        assert not names - set(keys)


def test_a_cue_becomes_a_noun() -> None:
    text = LINKED + cue(
        "osc",
        GOOD["osc"]
        + '\nlength_min = 1.5\npre_wait_s = 1\npost_wait_s = 2\nfollow = "auto_follow"\nhard_start = "00:15"\nday = 1\n'
        'people = ["a1"]\nrobots = ["sky"]\nnote = "n"\nskip = true\n[[people]]\nid = "a1"\nname = "A"',
    )
    (one,) = evening(text).cues
    assert one == Cue(
        id="a",
        title="T",
        kind="osc",
        payload=OscCue(peer="desk", address="/go", arguments=(1, 2.5, True, "x"), needs_answer=True),
        length_s=90.0,
        pre_wait_s=1.0,
        post_wait_s=2.0,
        follow="auto_follow",
        start=StartTime(at=time(0, 15), day=1, is_hard=True),
        people=("a1",),
        robots=("sky",),
        note="n",
        is_skipped=True,
    )
    assert [type(a) for a in OscCue(peer="", address="", arguments=(1, 2.5, True)).arguments] == [
        int,
        float,
        bool,
    ]


@pytest.mark.parametrize("at", ['"19:30"', "19:30:00", '"19:30:00"'])
def test_a_start_is_written_as_text_or_as_tomls_time(at: str) -> None:
    (one,) = evening(cue("act", f"start = {at}")).cues
    assert one.start == StartTime(at=time(19, 30))


def test_the_date_is_written_as_a_day_or_as_text() -> None:
    for day in ("2026-03-14", '"2026-03-14"'):
        read = evening_from_text(f"date = {day}\n" + TOP, where="x", folder=Path("."))
        assert read.date == date(2026, 3, 14)
    assert evening("").date is None


def test_a_file_without_cues_is_one_set() -> None:
    read = read_evening(SHOWS / "demo.toml")
    (one,) = read.cues
    assert one.payload == DjSetCue(music=read.show.music)
    assert one.length_s == read.show.music.length_s == 120.0
    assert one.robots == tuple(p.id for p in DEFAULT_CAST)


def test_sets_and_numbers_have_the_whole_cast_unless_the_file_says_who() -> None:
    a, b, c = evening(
        cue("dj_set") + cue("dj_set", "robots = []", "b") + cue("robot_number", 'robots = ["sky"]', "c")
    ).cues
    assert (a.robots, b.robots, c.robots) == (tuple(p.id for p in DEFAULT_CAST), (), ("sky",))


def test_a_set_and_its_cue_agree_on_the_length() -> None:
    a, b = evening(
        cue("dj_set", "length_min = 12")
        + cue("dj_set", 'music = { source = "files", files = ["crate"], length_min = 5 }', "b")
    ).cues
    assert isinstance(a.payload, DjSetCue)
    assert isinstance(b.payload, DjSetCue)
    assert (a.payload.music.length_s, a.length_s) == (720.0, 720.0)
    assert (b.payload.music.length_s, b.length_s) == (300.0, 300.0)
    assert b.payload.music.paths == (Path("/shows/crate"),)


def test_a_recording_is_a_path_or_a_title() -> None:
    a, b = evening(
        cue("track", 'track = "x.flac"') + cue("track", 'music = { source = "demo", titles = ["Таң"] }', "b")
    ).cues
    assert isinstance(a.payload, TrackCue)
    assert isinstance(b.payload, TrackCue)
    assert a.payload.music == Music(paths=(Path("/shows/x.flac"),))
    assert b.payload.music == Music(is_demo=True, titles=("Таң",))


def test_lamps_are_named_or_counted() -> None:
    text = (
        '[[venue.links.fixtures]]\nid = "par"\nuniverse = 2\nchannel = 7\nchannels = ["dimmer", "red"]\n'
        + cue("light", 'look = "cool"\nlevels = { "par.red" = 9, "0.001" = 8 }')
    )
    assert evening(text).cues[0].payload == LightCue(look="cool", levels={"2.8": 9, "0.1": 8})


def test_a_channel_is_set_once() -> None:
    lamp = '[[venue.links.fixtures]]\nid = "par"\nuniverse = 2\nchannel = 7\nchannels = ["dimmer", "red"]\n'
    told = said(lamp + cue("light", 'look = "cool"\nlevels = { "par.red" = 9, "2.8" = 8 }'))
    assert "cues[0].levels: '2.8' and 'par.red' are the same channel" in told


def test_the_hall_is_read() -> None:
    hall = evening(
        """[venue]
name = "H"
timezone = "Europe/Berlin"
languages = ["ru"]
stage_half_extent_m = [5, 6.5]
[venue.sound]
sink = "jack"
latency_ms = 12
[venue.links]
artnet = { host = "10.0.0.9" }
osc_in_port = 53000
[[venue.zones]]
id = "pit"
title = "Pit"
center_m = [3, 0]
radius_m = 1
[[venue.looks]]
id = "sunset"
color = "#ff8800"
"""
        + cue("light", 'look = "sunset"')
    ).venue
    assert (hall.name, hall.timezone, hall.languages) == ("H", "Europe/Berlin", ("ru",))
    assert hall.stage_half_extent_m == (5.0, 6.5)
    assert (hall.sound.sink, hall.sound.latency_ms, hall.sound.buffer_ms) == ("jack", 12.0, 40.0)
    assert hall.links.artnet == Peer(host="10.0.0.9", port=6454)
    assert min(x for x, _ in hall.zones[0].corners_m) < 2.0 + 1e-9
    assert hall.looks[0].color == "#ff8800"


def test_another_hall_stands_in_place_of_the_shows_own() -> None:
    own, other = (
        read_evening(SHOWS / "jas-stars.toml"),
        read_evening(SHOWS / "jas-stars.toml", SHOWS / "halls" / "club.toml"),
    )
    assert (own.venue.name, other.venue.name) == ("A hall in Almaty", "A club")
    assert [z.id for z in other.venue.zones] == ["dance_floor"]
    assert [c.id for c in other.cues] == [c.id for c in own.cues]


def test_a_hall_that_lacks_what_a_cue_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "show.toml").write_text(TOP + LINKED + cue("osc", GOOD["osc"]), encoding="utf-8")
    (tmp_path / "hall.toml").write_text('format = 1\n[venue]\nname = "H"\n', encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"cues\[0\].peer: 'desk': no such OSC peer; there are none"):
        read_evening(tmp_path / "show.toml", tmp_path / "hall.toml")
    (tmp_path / "hall.toml").write_text(
        'format = 1\n[venue]\nnam = "H"\ntimezone = "Moon"\n', encoding="utf-8"
    )
    with pytest.raises(InvalidInput) as caught:
        read_evening(tmp_path / "show.toml", tmp_path / "hall.toml")
    assert "hall.toml: 2 fault(s)" in str(caught.value)
    assert "venue.nam: no such key; did you mean 'name'?" in str(caught.value)


def test_all_faults_of_an_evening_are_reported_at_once() -> None:
    told = said(
        """[venue]
timezone = "Asia/Almati"
[[venue.links.fixtures]]
id = "par"
universe = 0
channel = 510
channels = ["red", "green", "blue", "white"]
[[people]]
id = "sky"
name = "x"
"""
        + cue("lite")
        + cue("light", 'look = "wram"\nlvl = 3\nlevels = {"par.rad" = 3, "1.600" = 2}\nstart = "19:30"')
        + cue("osc", 'peer = "dsk"\naddress = "go"\nhard_start = "18:30"\npeople = ["nobody"]', "b")
    )
    for part in (
        "x.toml: 13 fault(s)",
        "venue.timezone: 'Asia/Almati': no such time zone; did you mean 'Asia/Almaty'?",
        "venue.links.fixtures[0]: channels: 4 from channel 510 end at 513; a universe has 512",
        "cues[0].kind: 'lite': no such kind; did you mean 'light'?",
        "cues[1].look: 'wram': no such look; did you mean 'warm'?; there are blackout, warm",
        "cues[1].lvl: no such key; did you mean 'levels'?; allowed here: kind, id, title",
        "cues[1].levels.\"par.rad\": 'par.rad': 'par' has no such channel; did you mean 'red'?",
        "cues[1].levels.\"1.600\": '1.600': expected universe 0–32767 and channel 1–512",
        "cues[2].people[0]: 'nobody': no such person; there are sky",
        "cues[2].peer: 'dsk': no such OSC peer; there are none; [venue.links.osc] declares them",
        "cues[2].address: 'go': expected an address",
        "cues: the id 'a' is given twice",
        "people[0].id: 'sky': is a robot of the cast already",
        "cues[2].hard_start: 18:30: lies before 19:30 of cues[1]; past midnight it is day = 1",
    ):
        assert part in told
    assert told.count("\n") == 13


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (cue("track", 'music = { source = "files", files = ["a", "b"] }'), "one recording, and 2 are named"),
        (cue("track", 'music = { source = "demo" }'), "one recording, and none are named"),
        (cue("track"), 'expected either track = "a file", or music'),
        (cue("act", "length_min = 1\nlength_s = 1"), "length_min and length_s are both given"),
        (cue("act", 'start = "19:00"\nhard_start = "19:00"'), "start and hard_start are both given"),
        (cue("act", "day = 1"), "day: says the day of a start, and none is given"),
        (cue("act", 'start = "25:00"'), "expected a time of day such as \"19:30\""),
        (cue("act", 'start = "19:30Z"'), "without a zone"),
        (cue("act", "length_s = nan"), "length_s: nan"),
        (cue("act", 'robots = ["sky", "sky"]'), "robots: 'sky' is given twice"),
        (cue("pause"), "a pause needs its length"),
        (cue("robot_gesture", 'move = "bow"'), "a gesture needs who makes it"),
        (cue("robot_gesture", 'robots = ["sky"]\nmove = "Bow!"'), "expected a short name"),
        (cue("robot_number", 'number = "song"'), "no such number; there are none; [[number]] declares them"),
        (cue("dj_set", 'with_human = "dj"'), "cues[0].with_human: 'dj': no such person"),
        (cue("dj_set", 'music = { source = "demo", fils = [] }'), "cues[0].music.fils: no such key; did you mean"),
        (cue("announcement", 'text = {}'), "cues[0].text"),
        (cue("announcement", 'text = { de = "Hallo" }'), "cues[0].text.de: 'de': input should be 'kk', 'ru' or 'en'"),
        (cue("announcement", 'text = { kk = " " }'), "expected words, not spaces alone"),
        (cue("announcement", 'text = { kk = "x" }\naudio = { ru = "r.wav" }'), "audio.ru: is spoken, but has no text"),
        (cue("announcement", 'text = { kk = "x" }\napproved_by = "A"'), "approved_by, approved_on and approved_text belong together"),
        (cue("checklist", "items = []"), "cues[0].items"),
        (cue("checklist", 'items = ["x"]\nblocks = ["none"]'), "cues[0].blocks[0]: 'none'"),
        (cue("midi", "message = [0xC0, 5]"), "there is no port that it could go to"),
        (LINKED + cue("midi", "message = [5]"), "begins with 5, and a message begins with a status byte"),
        (LINKED + cue("midi", "message = [0xC0, 200]"), "byte 200 is no data byte"),
        (LINKED + cue("midi", "message = [0xF0, 1]"), "ends with 247"),
        (cue("light", 'look = "warm"\nlevels = { "1.1" = 256 }'), "256: input should be less than or equal to 255"),
        ('[venue]\nlanguages = ["kk", "kk"]', "languages: 'kk' is given twice"),
        ('[[venue.looks]]\nid = "warm"', "'warm' is a look of the house"),
        ('[[venue.looks]]\nid = "x"\nfixtures = ["par"]', "looks[0].fixtures: 'par': no such fixture"),
        ('[[venue.zones]]\nid = "z"\ntitle = "Z"\nradius_m = 1', "expected either corners_m, or center_m with radius_m"),
        ('[[venue.zones]]\nid = "z"\ntitle = "Z"\ncorners_m = [[0,0],[1,1],[1,0],[0,1]]', "not in order around a convex"),
        ('[venue.sound]\nsink = "file"', 'needs the path that it writes: device = "…"'),
        ("[venue.links]\nmtc_out = true", "mtc_out: needs the port that it goes to"),
        ('[venue.links]\nosc_in_host = "hall"', "expected an IP address to listen on"),
        ("[venue.links.osc.desk]\nhost = \"a b\"\nport = 1", "expected a host"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(text: str, told: str) -> None:
    assert told in said(text)


def test_lamps_share_channels_only_if_they_are_alike() -> None:
    def lamps(second: str) -> str:
        one = 'universe = 1\nchannel = {}\nchannels = ["red", "green"]\n'
        return "".join(
            f'[[venue.links.fixtures]]\nid = "{i}"\n' + one.format(channel)
            for i, channel in (("a", "1"), ("b", second))
        )

    evening(lamps("1"))  # patched in parallel
    evening(lamps("3"))
    assert "'a' and 'b' share channels of universe 1" in said(lamps("2"))


NUMBERS = """
[[number]]
id = "song"
title = "S"
from_bar = 1
[[number.artist]]
id = "aigul"
name = "Айгүл"
mark_m = [2.5, 0]
zone_radius_m = 0.4
[[number]]
id = "other"
title = "O"
from_bar = 1
"""


def test_numbers_of_cues_have_their_own_bars() -> None:
    assert "still lasts at bar 1" in said(NUMBERS)  # both in the mix of [music]
    text = NUMBERS + cue("robot_number", 'number = "song"\npeople = ["aigul"]')
    read = evening(text)
    assert isinstance(read.cues[0].payload, RobotNumberCue)
    assert [n.id for n in read.show.numbers] == ["song", "other"]
    rehearsed = show_from_text(TOP + text, where="x", folder=Path("."))
    assert [n.id for n in rehearsed.numbers] == ["other"]


def test_artists_of_numbers_are_people() -> None:
    text = NUMBERS.replace("from_bar = 1\n[[number.a", "to_bar = 0\n[[number.a")
    read = evening(NUMBERS + cue("robot_number", 'number = "song"'))
    assert [(p.id, p.name) for p in read.people] == [("aigul", "Айгүл")]
    assert "to_bar" in said(text)


def test_a_whole_evening_is_good() -> None:
    """The example: ten acts, two numbers with artists, a duo, announcements that block live, about two hours."""
    read = read_evening(SHOWS / "jas-stars.toml")
    acts = [c for c in read.cues if c.kind == "act" and c.id.startswith("act_")]
    duo = [c for c in read.cues if isinstance(c.payload, DjSetCue) and c.payload.with_human]
    assert len(acts) + len(duo) == 10
    assert [c.payload.with_human for c in duo if isinstance(c.payload, DjSetCue)] == ["akhmetov"]
    assert {a.id for n in read.show.numbers for a in n.artists} == {"luina", "moonlight"}
    announcements = [c.payload for c in read.cues if isinstance(c.payload, AnnouncementCue)]
    assert len(announcements) == 3
    assert all(a.approved_by == "" and set(a.text) == {"kk", "ru", "en"} for a in announcements)
    assert all(text.startswith("[organiser's text") for a in announcements for text in a.text.values())
    assert sum(c.length_s for c in read.cues) < 2.5 * 3600
    assert read_show(SHOWS / "jas-stars.toml").numbers == ()


def test_the_examples_of_the_docs_are_good() -> None:
    text = (SHOWS.parent / "docs" / "show-file.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        evening(example)


def test_every_gesture_of_the_evening_is_a_move_of_its_robots() -> None:
    read = read_evening(SHOWS / "jas-stars.toml")
    bodies, moves = {p.id: p.robot for p in read.show.cast}, load_moves()
    for c in read.cues:
        if isinstance(c.payload, RobotGestureCue):
            assert {bodies[r] for r in c.robots} == {moves[c.payload.move].robot}


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("abcds", max_size=4), inner, max_size=3)
        ),
        max_leaves=6,
    ),
    st.sampled_from(["cues", "people", "venue", "cast", "number", "music", "date"]),
)
def test_whatever_stands_in_a_section_is_refused_in_words(value: object, section: str) -> None:
    from temirbek.show.file import checked

    data = {"format": 1, "title": "x", "music": {"source": "demo"}, section: value}
    try:
        checked(data, where="x")
    except InvalidInput as error:
        assert "x: " in str(error)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 1), st.times()), max_size=6))
def test_starts_are_in_order_or_named(starts: list[tuple[int, time]]) -> None:
    text = "".join(
        cue("act", f'start = "{at.isoformat()}"\nday = {day}', f"c{i}") for i, (day, at) in enumerate(starts)
    )
    if starts == sorted(starts):
        assert [c.start for c in evening(text).cues if c.start] == [
            StartTime(at=at, day=d) for d, at in starts
        ]
    else:
        assert "lies before" in said(text)
