"""The hall in the console, before the real machine: heard, answered, wished for, asked; and a battle led to its verdict."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from temirbek.types import BattleCue, BattleRules, Cue, DjSetCue, Ears, Evening, Music, PollCue, PollOption

from .console_browser import TABLET, Operators, a_browser, needs_page, press_go, run_folder, wait_for_state
from .console_show import LiveDesk, ServedShow, an_evening
from .test_console_layout import LAID, check_layout

pytestmark = needs_page
DEMO = Music(is_demo=True)
BATTLE = BattleCue(rules=BattleRules(robot="adilet", jury=("Jury 1",)), music=DEMO)
POLL = PollCue(
    question={"kk": "Кім билесін?", "en": "Who shall dance?"},
    options=(
        PollOption(id="a", text={"kk": "Аспан", "en": "Aspan"}),
        PollOption(id="b", text={"kk": "Алтын", "en": "Altyn"}),
    ),
)


def hall_evening() -> Evening:
    """A checklist, a set, a poll, a battle."""
    evening = an_evening(datetime.now(UTC))
    cues = (
        evening.cues[0],
        Cue(id="set", title="Set", kind="dj_set", payload=DjSetCue(music=DEMO), length_s=900.0),
        Cue(id="poll", title="Poll", kind="poll", payload=POLL, length_s=600.0),
        Cue(id="battle", title="Жарыс", kind="battle", payload=BATTLE, length_s=600.0, robots=("adilet",)),
    )
    venue = replace(evening.venue, ears=Ears(source="simulated"))
    return replace(evening, cues=cues, venue=venue)


class SlowBattle(LiveDesk):
    """Its battle goes on only as the test tells it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, hall_evening())
        self.hands.is_deaf = True


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this module."""
    with a_browser() as chromium:
        yield chromium


@pytest.fixture
def show(tmp_path: Path) -> Iterator[ServedShow]:
    """Running, armed for rehearsal."""
    folder = run_folder(tmp_path)
    served = ServedShow(folder, make=lambda: SlowBattle(folder / "log")).start()
    served.prepare()
    served.ask(("go", {"cue": "doors"}))
    yield served
    served.stop()


@pytest.fixture
def operators(browser: Browser, show: ServedShow) -> Iterator[Operators]:
    """Who sits at it. No page may have failed when a test is over."""
    people = Operators(browser, show)
    yield people
    people.close()
    assert people.errors == []


def tell(show: ServedShow, fact: str, **payload: Any) -> None:
    """A part of the machine tells."""
    show._call(lambda: show.desk.desk.tell(fact, **payload))


def test_what_is_heard_and_whom_robots_answered(operators: Operators, show: ServedShow) -> None:
    page = operators.open("robot_handler", path="/#hall", language="en")
    tell(show, "hall", kind="applause", state="began", onset_host_s=0.0, level_db=12.0, confidence=0.9)
    page.wait_for_selector("[data-heard=applause]")
    assert "Applause" in page.locator("[data-heard]").inner_text()
    about = {"robot": "aspan", "gesture": "hand_on_heart", "cause": "applause", "cause_host_s": 0.0}
    tell(show, "reaction", **about, state="begun", delay_s=0.9)
    tell(show, "reaction", **about | {"robot": "altyn"}, state="refused", why="it is dancing")
    tell(show, "guest", n=3)
    tell(show, "phones", connected=4980)
    expect(page.locator(".reactions li")).to_have_count(2)
    said = page.locator(".reactions").inner_text()
    for words in ("Аспан hand on heart", "0.9 s", "applause", "Алтын", "it is dancing"):
        assert words in said
    expect(page.locator("[data-guests]")).to_have_text("3")
    tell(show, "hall", kind="applause", state="ended", onset_host_s=0.0)
    page.wait_for_selector("[data-heard='']")
    expect(page.locator("[data-heard]")).to_have_text("Quiet")
    page.locator("[data-act=hall_answers]").click()
    page.wait_for_selector("[data-act=hall_answers][aria-pressed=false]")
    assert not show.desk.desk.state.hall.answers


def test_a_wish_is_requested_and_hidden_by_those_who_may(operators: Operators, show: ServedShow) -> None:
    wishes = [
        {"track": t, "title": t.title(), "artist": "", "count": n} for t, n in (("alma", 12), ("nope", 40))
    ]
    tell(show, "wishes", wishes=wishes)
    show.ask(("go", {"cue": "set"}))
    dj = operators.open("dj", path="/#hall")
    expect(dj.locator("[data-wish]")).to_have_count(2)
    assert dj.locator("[data-wish]").first.get_attribute("data-wish") == "nope"
    assert dj.locator("[data-wish=nope] [data-act=dj_request]").count() == 0, "it is not in the crate"
    dj.locator("[data-wish=alma] [data-act=dj_request]").click()
    dj.locator("[data-wish=nope] [data-act=wish_hide]").click()
    dj.wait_for_selector("[data-wish=nope][data-hidden=true]")
    assert show.desk.desk.state.hall.hidden == ("nope",)
    assert [dict(e.payload) for e in show.events("dj_request")] == [{"track": "alma"}]
    viewer = operators.open("viewer", path="/#hall")
    viewer.wait_for_selector("[data-wish=nope][data-hidden=true]")
    assert viewer.locator("[data-act=wish_hide], [data-act=hall_answers]").count() == 0


def test_the_votes_of_a_poll(operators: Operators, show: ServedShow) -> None:
    page = operators.open(path="/#hall", language="kk")
    show.ask(("jump", {"cue": "poll"}), ("go", {"cue": "poll"}))
    tell(show, "votes", poll="poll", counts={"a": 1200, "b": 345}, n=1545)
    page.wait_for_selector("[data-poll=poll]")
    expect(page.locator("[data-option=b]")).to_contain_text("345")
    assert "Кім билесін?" in page.locator("main").inner_text()
    assert "Аспан" in page.locator("[data-option=a]").inner_text()


def test_a_battle_is_led_from_the_console_to_its_verdict(operators: Operators, show: ServedShow) -> None:
    page = operators.open(path="/#show", language="en")
    show.ask(("jump", {"cue": "battle"}))
    press_go(page, "battle")
    wait_for_state(page, "battle", "running")
    tell(show, "battle", cue="battle", state="consent", may=["consent", "guardian", "decline", "end"])
    page.wait_for_selector("[data-battle=consent]")
    check_layout(page.evaluate(LAID), (TABLET["width"], TABLET["height"]), "consent")
    page.locator("[data-minor]").check()
    page.locator("[data-deed=consent]").click()
    tell(
        show,
        "battle",
        cue="battle",
        state="score",
        round=1,
        may=["jury", "next"],
        votes_person=9,
        votes_robot=7,
    )
    page.locator("[data-jury='Jury 1']").fill("0.4")
    check_layout(page.evaluate(LAID), (TABLET["width"], TABLET["height"]), "jury")
    page.locator(".jury [data-deed=jury]").click()
    expect(page.locator(".jury [data-deed=jury]")).to_contain_text("Correct")
    asked = [dict(e.payload) for e in show.events("battle_do")]
    assert asked[0] == {"cue": "battle", "do": "consent", "is_minor": True, "has_guardian": False}
    assert asked[1]["points"] == {"Jury 1": 0.4}
    part = {"source": "measured", "rule_weight": 0.4, "weight": 0.67, "slider": 0.2, "points": 13.4}
    hall = part | {
        "source": "audience",
        "weight": 0.33,
        "slider": 0.08,
        "points": 2.6,
        "votes_person": 9,
        "votes_robot": 7,
    }
    jury = part | {"source": "jury", "weight": 0.0, "slider": None, "points": 0.0, "reason": "jury_silent"}
    one = {"criterion": "groove", "person": 0.8, "robot": 0.6, "reason": ""}
    verdict = {
        "round": 1,
        "winner": "person",
        "points": 16.0,
        "parts": [part, hall, jury],
        "comparisons": [one],
    }
    tell(show, "battle", cue="battle", state="score", round=1, may=["next"], verdict=verdict)
    whole = {
        "winner": "person",
        "rounds_person": 1,
        "rounds_robot": 0,
        "rounds_drawn": 0,
        "rounds": [verdict],
    }
    tell(show, "battle", cue="battle", state="verdict", round=1, may=["next"], verdict=whole)
    page.get_by_role("button", name="Hall", exact=True).click()
    page.wait_for_selector("[data-winner=person]")
    check_layout(page.evaluate(LAID), (TABLET["width"], TABLET["height"]), "verdict")
    said = page.locator("[data-verdict='1']").inner_text()
    for words in ("67 %", "by rule 40 %", "9 : 7", "the jury gave no points", "+16.0", "80 : 60"):
        assert words in said, words
    viewer = operators.open("viewer", path="/#hall")
    viewer.wait_for_selector("[data-verdict='1']")
    assert viewer.locator("[data-deed]").count() == 0, "who looks on leads nothing"


def test_who_only_rests_may_join_a_set_that_plays(operators: Operators, show: ServedShow) -> None:
    page = operators.open("robot_handler", path="/#robots")
    ready = page.locator("[data-robot=aspan] [data-act=robot_ready]")
    page.wait_for_selector("[data-robot=aspan][data-robot-state=standing]")
    expect(ready).to_be_disabled()
    show.ask(("go", {"cue": "set"}))
    expect(ready).to_be_enabled()
    ready.click()
    expect(page.locator("main")).to_be_visible()
    assert [dict(e.payload) for e in show.events("robot_ready")] == [{"robot": "aspan"}]


def test_captions_are_on_the_screen_and_before_who_speaks(operators: Operators, show: ServedShow) -> None:
    show.desk.caption = {"kk": "Құрметті көрермендер!"}
    for path in ("/screen", "/presenter"):
        page = operators.open("viewer", path="/#hall")
        page.goto(page.url.split("?")[0].rstrip("/") + path)
        expect(page.locator("[data-captions]")).to_have_text("Құрметті көрермендер!")
