"""The page in a real browser: it opens from disk, plays, seeks, poses the robots by the sound's clock, and asks nobody for anything."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from temirbek.replay import write_page

from .makers import make_show

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = (ROOT / "src/temirbek/replay/page.html", ROOT / "frontend/dist/replay.html")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",  # draws without a graphics card
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
PATIENCE_MS = 60_000
"""Software drawing on a busy machine is slow; nothing here measures time."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]


def newest_template() -> Path:
    """The page as it was built last."""
    built = [path for path in TEMPLATES if path.exists()]
    if not built:
        pytest.skip("the page is not built (make setup)")
    return max(built, key=lambda path: path.stat().st_mtime)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up show of 16 bars as a page."""
    folder = tmp_path_factory.mktemp("page")
    return write_page(folder, template=newest_template(), **make_show(folder, n_bars=16).arguments)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this module."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def opened(browser: Browser, page_file: Path) -> Iterator[tuple[Page, dict[str, list[str]]]]:
    """The page, ready, with everything that it complained of and asked for."""
    heard: dict[str, list[str]] = {"errors": [], "requests": []}
    page = browser.new_page(viewport={"width": 960, "height": 600}, device_scale_factor=0.5)
    page.set_default_timeout(PATIENCE_MS)
    page.on("console", lambda m: heard["errors"].append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: heard["errors"].append(str(error)))
    page.on("request", lambda request: heard["requests"].append(request.url))
    page.goto(f"{page_file.as_uri()}#quality=low&language=en")
    page.wait_for_selector("main[data-ready=true]")
    yield page, heard
    page.close()


def seek(page: Page, time_s: float) -> None:
    """Seeks, and waits until the sound is there."""
    page.evaluate("t => temirbek.clock.seek(t)", time_s)
    page.wait_for_function(
        "t => Math.abs(temirbek.clock.audio.currentTime - t) < 0.02 && !temirbek.clock.audio.seeking",
        arg=time_s,
    )


def pose_at(page: Page, time_s: float) -> list[float]:
    """Base position of the first robot as the page poses it [m]."""
    pose: list[float] = page.evaluate(
        "t => { const robot = temirbek.world.cast[0]; robot.pose(t); return robot.base.position.toArray(); }",
        time_s,
    )
    return pose


def test_the_page_shows_a_stage(opened: tuple[Page, dict[str, list[str]]]) -> None:
    page, heard = opened
    page.wait_for_timeout(500)
    picture = page.screenshot(timeout=PATIENCE_MS)
    assert len(picture) > 20_000, "an empty picture compresses to almost nothing"
    assert heard["errors"] == []


def test_playing_moves_the_clock_and_the_robots(opened: tuple[Page, dict[str, list[str]]]) -> None:
    page, _ = opened
    page.locator(".begin").click()
    page.wait_for_selector("main[data-playing=true]")
    page.wait_for_function("() => temirbek.clock.now() > 0.5")
    page.keyboard.press("Space")
    page.wait_for_selector("main[data-playing=false]")
    assert pose_at(page, 1.0) != pose_at(page, 1.25)


def test_robots_stand_where_physics_put_them(
    opened: tuple[Page, dict[str, list[str]]], tmp_path: Path
) -> None:
    page, _ = opened
    made = make_show(tmp_path, n_bars=16)
    performer = made.choreography.performers[0]
    motion = made.executed[performer.id]
    for time_s in (0.5, 3.2, 7.77):
        row = round((time_s - motion.start_s) * motion.rate_hz)
        expected = motion.qpos[row, :3]
        assert pose_at(page, time_s) == pytest.approx(expected.tolist(), abs=2e-3)


def test_seeking_changes_what_is_said(opened: tuple[Page, dict[str, list[str]]]) -> None:
    page, _ = opened
    seek(page, 2.0)
    page.wait_for_function("() => document.querySelector('.time').textContent.startsWith('0:02')")
    seek(page, 9.0)
    page.wait_for_function("() => document.querySelector('.time').textContent.startsWith('0:09')")


def test_cameras_languages_and_measures(opened: tuple[Page, dict[str, list[str]]]) -> None:
    page, _ = opened
    page.keyboard.press("4")
    page.wait_for_selector("main[data-view=desk]")
    page.wait_for_function("() => temirbek.world.cameras.shot === 'desk'")
    for name, word in (("ҚАЗ", "Көрсеткіштер"), ("РУС", "Показатели"), ("ENG", "Measures")):
        page.get_by_role("button", name=name).click()
        page.wait_for_selector(f"button:has-text('{word}')")
    page.get_by_role("button", name="Measures").click()
    page.locator("aside .say").first.click()
    page.wait_for_selector("aside figure svg rect")
    page.keyboard.press("Escape")
    page.wait_for_selector("aside", state="detached")


def test_a_transition_tells_its_reason(opened: tuple[Page, dict[str, list[str]]]) -> None:
    page, _ = opened
    reason, share = page.evaluate(
        """() => { const m = temirbek.music, t = m.transitions[0];
                   return [t.reason, m.timeAt((t.start_beat + t.end_beat) / 2) / m.duration_s]; }"""
    )
    box = page.locator(".overview").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_selector(".tip")
    assert reason in page.locator(".tip").inner_text()


def test_slow_keeps_the_pitch_and_a_phrase_loops(opened: tuple[Page, dict[str, list[str]]]) -> None:
    page, _ = opened
    page.get_by_role("button", name="25 %").click()
    slow: dict[str, Any] = page.evaluate(
        "() => ({rate: temirbek.clock.audio.playbackRate, kept: temirbek.clock.audio.preservesPitch})"
    )
    assert slow == {"rate": 0.25, "kept": True}
    page.get_by_role("button", name="100 %").click()
    page.keyboard.press("l")
    start, end = page.evaluate("() => temirbek.clock.loop")
    assert start < end
    page.keyboard.press("l")
    assert page.evaluate("() => temirbek.clock.loop") is None


def test_without_webgl_the_strip_still_works(browser: Browser, page_file: Path) -> None:
    page = browser.new_page(viewport={"width": 480, "height": 700})
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = ((old) => function (kind, ...rest) { return kind.startsWith('webgl') ? null : old.call(this, kind, ...rest); })(HTMLCanvasElement.prototype.getContext);"
    )
    page.goto(f"{page_file.as_uri()}#language=en")
    page.wait_for_selector("main[data-ready=true]")
    assert "cannot draw the stage" in page.locator(".lost").inner_text()
    seek(page, 4.0)
    page.wait_for_function("() => document.querySelector('.time').textContent.startsWith('0:04')")
    page.close()


def test_nothing_was_fetched_and_nothing_went_wrong(opened: tuple[Page, dict[str, list[str]]]) -> None:
    _, heard = opened
    assert [url for url in heard["requests"] if not url.startswith(("file:", "data:", "blob:"))] == []
    assert heard["errors"] == []
