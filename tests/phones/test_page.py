"""The page in a real browser: a thumb votes, wishes and claps, the light keeps time, and a lost network is no end."""

import itertools
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .hall import ServedHall, a_hall
from .servers import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]
PATIENCE_MS = 30_000
SMALL = {"width": 320, "height": 568}
WORDS = {
    "kk": ("Қазір сахнада", "Шапалақ", "Дауысыңыз қабылданды"),
    "ru": ("Сейчас на сцене", "Хлопать", "Ваш голос принят"),
    "en": ("On stage now", "Clap", "Your vote counts"),
}
POLL: dict[str, Any] = {
    "question": {"kk": "Кім жеңді?", "ru": "Кто победил?", "en": "Who won?"},
    "options": [
        {"id": "a", "text": {"kk": "Адилет", "ru": "Адилет", "en": "Adilet"}},
        {"id": "b", "text": {"kk": "Қонақ", "ru": "Гость", "en": "The <b>guest</b>"}},
    ],
}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this file."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Phones:
    """Opens phones before a hall, and collects what goes wrong in them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.errors: list[str] = []
        self.asked: list[str] = []

    def open(self, url: str, *, language: str = "en", script: str = "", **options: Any) -> Page:
        """A phone of its own, 320 points wide."""
        context = self._browser.new_context(
            viewport=SMALL, has_touch=True, is_mobile=True, device_scale_factor=1, locale=language, **options
        )
        context.set_default_timeout(PATIENCE_MS)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if "Policy" in line.text else None)
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(url)
        return page


@pytest.fixture
def phones(browser: Browser) -> Iterator[Phones]:
    """Phones; none of them may have failed."""
    opened = Phones(browser)
    yield opened
    for context in list(browser.contexts):
        context.close()
    assert not opened.errors


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[ServedHall]:
    """A hall with something to do."""
    with a_hall(tmp_path / "run") as served:
        served.ask(do="state", title="Қара жорға", artist="Temirbek")
        served.ask(do="poll", poll="p1", **POLL)
        tracks = [{"id": f"t{k}", "title": f"Song {k}", "artist": "Дос-Мұқасан"} for k in range(12)]
        served.ask(do="crate", tracks=tracks)
        yield served


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_vote_is_a_press_in_any_language(hall: ServedHall, phones: Phones, language: str) -> None:
    now, clap, voted = WORDS[language]
    page = phones.open(f"{hall.url}#seat-of-{language}", language=language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("header")).to_contain_text(now)
    expect(page.get_by_role("heading", level=1)).to_have_text("Қара жорға")
    expect(page.get_by_role("button", name=clap)).to_be_visible()
    pad = page.get_by_role("button", name=POLL["options"][1]["text"][language])
    pad.tap()
    expect(pad).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#said")).to_have_text(voted)
    assert hall.event("votes", n=1)["counts"] == {"a": 0, "b": 1}
    other = page.locator(".pad").first
    expect(other).to_have_attribute("aria-disabled", "true")
    other.dispatch_event("pointerdown")
    expect(page.locator("#said")).not_to_have_text(voted)
    hall.ask(do="close_poll")
    expect(pad).to_contain_text("100 %")
    hall.ask(do="poll", poll="p2", **POLL)
    expect(page.locator("#said")).to_be_empty()
    expect(page.locator(".pad").last).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    assert page.evaluate("[...document.querySelectorAll('button')].every(b=>b.textContent.trim())")
    assert page.evaluate("location.hash") == "" and page.evaluate("document.cookie") == ""
    assert all(url.startswith(hall.url) for url in phones.asked if not url.startswith("data:"))


def test_wishes_are_searched_made_and_counted(hall: ServedHall, phones: Phones) -> None:
    page = phones.open(f"{hall.url}#seat-one")
    page.get_by_role("button", name="Wish a song").tap()
    page.get_by_role("searchbox").fill("song 11")
    page.get_by_role("button", name="Song 11").tap()
    expect(page.locator("#heard")).to_have_text("Your wish counts")
    assert hall.event("wishes", tracks=[{"track": "t11", "count": 1}])
    page.get_by_role("button", name="Back").tap()
    expect(page.locator("#top")).to_contain_text("Song 11 · 1")
    for _ in range(5):
        page.get_by_role("button", name="Clap").tap()
    assert hall.event("claps", people=1)["rate_hz"] > 0


def test_who_has_no_ticket_looks_on_and_may_type_its_code(hall: ServedHall, phones: Phones) -> None:
    page = phones.open(hall.url)
    expect(page.locator("#seat")).to_be_visible()
    page.locator("#token").fill("wrong")
    page.get_by_role("button", name="OK").tap()
    expect(page.locator("#said")).to_have_text("This code is not valid")
    page.locator("#token").fill("seat-typed")
    page.get_by_role("button", name="OK").tap()
    expect(page.locator("#seat")).to_be_hidden()
    page.get_by_role("button", name="Adilet").tap()
    assert hall.event("votes", n=1)["counts"] == {"a": 1, "b": 0}
    page.reload()
    expect(page.locator("#title")).to_have_text("Қара жорға")
    expect(page.locator("#seat")).to_be_hidden()
    page.get_by_role("button", name="The <b>guest</b>").tap()
    expect(page.locator("#said")).to_have_text("You have voted already")
    expect(page.get_by_role("button", name="Adilet")).to_have_attribute("aria-pressed", "true")


WATCH = """() => new Promise(done => {
  const lamp = document.querySelector('#lamp span'), seen = [], start = performance.now();
  (function look() {
    seen.push([performance.now() / 1e3, +lamp.style.opacity]);
    performance.now() - start < 2500 ? requestAnimationFrame(look) : done(seen);
  })();
})"""


def test_the_light_keeps_the_shows_time_and_flashes_three_times_a_second_at_most(
    hall: ServedHall, phones: Phones
) -> None:
    hall.ask(
        do="light", schedule={"t0_host_s": time.monotonic(), "bpm": 120, "pattern": "x.", "color": "#fec50c"}
    )
    page = phones.open(f"{hall.url}#seat-one")
    wait_for(page, "pings.length>=8")
    assert abs(page.evaluate("host()") - time.monotonic()) < 0.5
    page.get_by_role("button", name="Light").tap()
    assert 2 <= len(flashes(page)) <= 3, "a flash a second, for two and a half seconds"
    # What no server of ours would send: the page keeps the gap by itself.
    page.evaluate("S.light={...S.light,bpm:900,pattern:'x'}")
    times = flashes(page)
    assert len(times) >= 4
    assert all(later - earlier > 0.3 for earlier, later in itertools.pairwise(times))
    page.locator("#lamp").tap()
    expect(page.locator("#lamp")).to_be_hidden()


def wait_for(page: Page, what: str) -> None:
    """Until it is so; the page's own policy forbids Playwright's way of waiting, which is to evaluate a text there."""
    until_s = time.monotonic() + PATIENCE_MS / 1e3
    while not page.evaluate(what):
        assert time.monotonic() < until_s, what
        time.sleep(0.05)


def flashes(page: Page) -> list[float]:
    """When it became much brighter [s]."""
    seen = page.evaluate(WATCH)
    return [seen[k][0] for k in range(1, len(seen)) if seen[k][1] - seen[k - 1][1] > 0.4]


def test_who_wants_calm_gets_a_steady_light(hall: ServedHall, phones: Phones) -> None:
    hall.ask(do="light", schedule={"t0_host_s": 0.0, "bpm": 120, "pattern": "x", "color": "#00afca"})
    page = phones.open(f"{hall.url}#seat-one", reduced_motion="reduce")
    wait_for(page, "pings.length>=8")
    page.get_by_role("button", name="Light").tap()
    wait_for(page, "document.querySelector('#lamp span').style.opacity==0.6")
    assert not flashes(page)


def test_a_lost_network_is_found_again_and_a_vote_in_between_counts(tmp_path: Path, phones: Phones) -> None:
    port = free_port()
    with a_hall(tmp_path / "run", port=port) as hall:
        hall.ask(do="poll", poll="p1", **POLL)
        hall.ask(do="state", title="Before")
        page = phones.open(f"{hall.url}#seat-one")
        expect(page.locator("#title")).to_have_text("Before")
        expect(page.locator(".pad").first).to_have_attribute("aria-disabled", "false")
    expect(page.locator("#net")).not_to_be_empty()
    page.get_by_role("button", name="Adilet").tap()
    with a_hall(tmp_path / "run", port=port) as hall:
        hall.ask(do="state", title="After")
        expect(page.locator("#title")).to_have_text("After")
        expect(page.locator("#net")).to_be_empty()
        expect(page.locator("#said")).to_have_text("Your vote counts")
        assert hall.event("votes", n=1)["counts"] == {"a": 1, "b": 0}


BLOCKED = "WebSocket=class{constructor(){setTimeout(()=>this.onclose?.(),50)}close(){}};"
SWALLOWED = "WebSocket=class{constructor(){setTimeout(()=>this.onopen?.(),50)}send(){}close(){}};"
IN_A_HURRY = "const slow=setTimeout;setTimeout=(act,ms)=>slow(act,ms/20)"


@pytest.mark.parametrize("network", [BLOCKED, SWALLOWED], ids=["blocked", "swallowed"])
def test_a_network_without_websockets_is_enough(hall: ServedHall, phones: Phones, network: str) -> None:
    page = phones.open(f"{hall.url}#seat-one", script=network + IN_A_HURRY)
    expect(page.locator("#title")).to_have_text("Қара жорға")
    expect(page.locator("#net")).to_be_empty()
    hall.ask(do="announce", text={"kk": "а", "ru": "б", "en": "The <i>interval</i> begins"})
    expect(page.locator("#text")).to_have_text("The <i>interval</i> begins")
    page.get_by_role("button", name="Adilet").tap()
    expect(page.locator("#said")).to_have_text("Your vote counts")
    assert hall.event("votes", n=1)["counts"] == {"a": 1, "b": 0}
