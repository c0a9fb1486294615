"""The stage in 3D on the console: fed by frames of poses, lazily built, switched off for good where a person wants that."""

from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from temirbek.web.fake_show import CAST, FakeShow

from .console_browser import Operators, a_browser, needs_page, run_folder
from .console_show import ServedShow

pytestmark = needs_page


def test_the_stage_is_live_and_can_be_switched_off(tmp_path: Path) -> None:
    served = ServedShow(run_folder(tmp_path), make=FakeShow).start()
    with a_browser(has_stage=True) as browser:
        operators = Operators(browser, served)
        size = {"width": 768, "height": 600}
        page = operators.open("robot_handler", has_stage=True, size=size, path="/#robots")
        page.wait_for_selector("[data-stage=live]")
        _stands_where_the_show_says(page)
        page.locator("[data-stage] button").click()
        page.wait_for_selector("[data-stage=off]")
        assert page.evaluate("() => temirbek.stage.isClosed")
        page.reload()
        page.wait_for_selector("[data-stage=off]")
        operators.close()
    served.stop()
    assert operators.errors == []


def _stands_where_the_show_says(page: Page) -> None:
    """Robots are drawn at their places, joints between the two frames around the instant that is shown."""
    shown = page.evaluate(
        """() => { const s = temirbek.stage; return {
             places: s.world.cast.map((r) => r.base.position.toArray()), names: s.world.cast.map((r) => r.performer.id),
             rates: (s.frames.length - 1) / (s.frames.at(-1).host_s - s.frames[0].host_s) }; }"""
    )
    assert shown["names"] == [p.id for p in CAST]
    for place, performer in zip(shown["places"], CAST, strict=True):
        assert np.allclose(place[:2], performer.mark_m, atol=1e-3)
    assert shown["rates"] > 5
