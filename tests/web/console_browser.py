"""A browser before the console: one Chromium for all tests, a tablet for each operator."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from temirbek.web.settings import STATIC

from .console_show import ServedShow

WITHOUT_CARD = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
"""Draws in 3D without a graphics card, slowly."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
PATIENCE_MS = 30_000
"""Nothing here measures time; a busy machine is slow."""
TABLET = {"width": 1024, "height": 768}
needs_page = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
    pytest.mark.skipif(
        not (STATIC / "console.html").exists(), reason="the console's page is not built (make setup)"
    ),
]
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def a_browser(*, has_stage: bool = False) -> Iterator[Browser]:
    """Chromium, headless; with ``has_stage`` one that can draw the stage."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, *(WITHOUT_CARD if has_stage else ("--disable-gpu",))]
        )
        yield chromium
        chromium.close()


class Operators:
    """Opens consoles of a served show, each with cookies of its own; what goes wrong in any of them is collected.

    ``scale`` is in device pixels to a CSS pixel: tests look at boxes and words, which need no more than half.
    """

    def __init__(self, browser: Browser, show: ServedShow, *, scale: float = 0.5) -> None:
        self._browser, self._show, self._scale = browser, show, scale
        self._contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def open(
        self,
        role: str = "stage_manager",
        *,
        language: str = "en",
        path: str = "/",
        size: dict[str, int] | None = None,
        has_stage: bool = False,
        **options: Any,
    ) -> Page:
        """A console of this role; the stage in 3D is switched off unless asked for."""
        context = self._browser.new_context(
            viewport=size or TABLET, has_touch=True, **{"device_scale_factor": self._scale, **options}
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        if not has_stage:
            context.add_init_script("localStorage.setItem('temirbek.stage', 'off')")
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self._show.links[role])
        page.wait_for_url(lambda url: "/join" not in url)
        separator = "&" if "?" in path else "?"
        base, _, view = path.partition("#")
        page.goto(f"http://127.0.0.1:{self._show.port}{base}{separator}language={language}#{view}")
        page.wait_for_selector("[data-view], [data-presenter], [data-timer]")
        return page

    def close(self) -> None:
        """All of them."""
        for context in self._contexts:
            context.close()


def cue(page: Page, name: str) -> Any:
    """A line of the running order."""
    return page.locator(f"[data-cue={name}]")


def wait_for_state(page: Page, name: str, state: str) -> None:
    """Until a line stands there, by its attribute, its word and its shape."""
    page.wait_for_selector(f"[data-cue={name}][data-state={state}]")


def press_go(page: Page, name: str) -> None:
    """Waits until GO says that it fires this cue and can be pressed, and presses it once."""
    page.wait_for_selector(f"[data-go][aria-disabled=false]:has([data-go-cue={name}])")
    page.locator("[data-go]").click()


def run_folder(tmp_path: Path) -> Path:
    """A fresh one."""
    folder = tmp_path / "run"
    folder.mkdir()
    return folder
