"""How the console lies on tablets and desks, in every language."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from .console_browser import Operators, a_browser, needs_page, run_folder
from .console_show import ServedShow

pytestmark = needs_page
SIZES = {"tablet": (1024, 768), "upright": (768, 1024), "desk": (1440, 900)}
TARGET_PX = 44
VIEWS = ("show", "music", "robots", "hall", "checks", "record")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this module."""
    with a_browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedShow]:
    """A set that is running."""
    served = ServedShow(run_folder(tmp_path_factory.mktemp("layout"))).start()
    served.prepare()
    served.ask(("jump", {"cue": "set"}), ("go", {"cue": "set"}))
    yield served
    served.stop()


@pytest.fixture
def operators(browser: Browser, show: ServedShow) -> Iterator[Operators]:
    """Who sits at it."""
    people = Operators(browser, show)
    yield people
    people.close()
    assert people.errors == []


LAID = """() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true });
  const box = (e) => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  const wide = [document.documentElement, document.body, ...document.querySelectorAll("main, main *")]
    .filter((e) => seen(e) && e.scrollWidth > e.clientWidth + 1 && !["hidden", "clip"].includes(getComputedStyle(e).overflowX) && getComputedStyle(e).display !== "inline")
    .map((e) => `${e.tagName}.${e.className} ${e.scrollWidth} > ${e.clientWidth}`);
  const small = [...document.querySelectorAll("button, input")].filter(seen)
    .map((e) => [e.innerText || e.ariaLabel || e.placeholder, e.getBoundingClientRect().width, e.getBoundingClientRect().height]);
  const mute = [...document.querySelectorAll("button, input")].filter(seen)
    .filter((e) => !(e.innerText.trim() || e.ariaLabel || e.labels?.length || e.title)).map((e) => e.outerHTML.slice(0, 120));
  const sizes = [...document.querySelectorAll("body *")].filter((e) => seen(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => [parseFloat(getComputedStyle(e).fontSize), e.hasAttribute("data-count")]);
  return { wide, small, mute, largest: sizes.sort((a, b) => b[0] - a[0])[0], go: box(document.querySelector("[data-go]")), stop: box(document.querySelector("[data-stop]")) };
}"""


def check_layout(laid: dict[str, Any], size: tuple[int, int], where: str) -> None:
    """Nothing sticks out, nothing is too small or mute, GO and show stop are in reach."""
    assert laid["wide"] == [], where
    assert [b for b in laid["small"] if min(b[1], b[2]) < TARGET_PX - 0.5] == [], where
    assert laid["mute"] == [], where
    for name in ("go", "stop"):
        left, top, right, bottom = laid[name]
        assert 0 <= left < right <= size[0], where
        assert 0 <= top < bottom <= size[1], where
    assert laid["go"][1] - laid["stop"][3] > 300, f"{where}: show stop lies next to GO"


@pytest.mark.parametrize("size", SIZES)
def test_everything_is_in_reach_and_nothing_sticks_out(operators: Operators, size: str) -> None:
    width, height = SIZES[size]
    page = operators.open(size={"width": width, "height": height})
    for language in ("Русский", "Қазақша") if size == "upright" else ("Қазақша",):  # the longest words
        page.get_by_role("button", name=language).click()
        for index, view in enumerate(VIEWS):
            page.locator(".tab").nth(index).click()
            page.wait_for_selector(f"[data-view={view}]")
            laid = page.evaluate(LAID)
            check_layout(laid, (width, height), f"{size}, {language}, {view}")
            if view == "show":
                assert laid["largest"][1], "the time to the next thing is not the largest thing"


def test_presenter_and_timer_fill_the_picture(operators: Operators) -> None:
    for path in ("/presenter", "/timer"):
        page = operators.open("viewer", path=path)
        for width, height in SIZES.values():
            page.set_viewport_size({"width": width, "height": height})
            over = page.evaluate(
                "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
            )
            assert over[0] <= width, path
            assert over[1] <= height, path
            size = page.evaluate(
                "() => parseFloat(getComputedStyle(document.querySelector('[data-count]')).fontSize)"
            )
            assert size > 0.2 * width, path


def test_less_movement_is_respected(operators: Operators) -> None:
    page = operators.open(reduced_motion="reduce", path="/#music")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) => { const s = getComputedStyle(e);
             return parseFloat(s.transitionDuration) > 0 || parseFloat(s.animationDuration) > 0; }).length"""
    )
    assert moving == 0
    assert page.evaluate("() => document.getAnimations().length") == 0


def test_a_screen_reader_hears_what_changes(operators: Operators) -> None:
    page = operators.open()
    assert page.locator("[aria-live=assertive]").count() == 1
    assert page.locator("[role=status]").count() >= 2
    assert page.locator("[role=timer]").count() == 1
    tree = page.locator("body").aria_snapshot()
    for words in ("navigation", "GO", "Show stop not an emergency stop", "DJ Akhmetov × Temirbek"):
        assert words in re.sub(r"\s+", " ", tree), words
    page.keyboard.press("Tab")
    outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineWidth")
    assert float(outline.removesuffix("px")) >= 2
