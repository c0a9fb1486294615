"""Pictures of the console for docs/pictures: ``python -m tests.web.console_pictures [FOLDER]``, from the repository's root.

They are taken from the built page before the real machine, so they show what there is.
"""

import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from temirbek.web.fake_show import FakeShow

from .console_browser import Operators, a_browser
from .console_show import LiveDesk, ServedShow, an_evening

FOLDER = Path(__file__).resolve().parents[2] / "docs/pictures"
COLORS = 256
WIDE = {"width": 1440, "height": 900}
UPRIGHT = {"width": 768, "height": 1024}


class DeskWithStage(LiveDesk):
    """With robots that sway, so that there is something to see."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, an_evening(datetime.now(UTC)))
        self._sway = FakeShow()

    async def poses(self) -> AsyncIterator[bytes]:
        """As the fake show's."""
        async for frame in self._sway.poses():
            yield frame

    def stage_description(self) -> bytes:
        """The house's stage."""
        return self._sway.stage_description()


def _keep(page: Page, path: Path) -> None:
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLORS, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)


def main(folder: Path = FOLDER) -> None:
    """Takes them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as run, a_browser(has_stage=True) as browser:
        show = ServedShow(Path(run), make=lambda: DeskWithStage(Path(run) / "log")).start()
        operators = Operators(browser, show, scale=1)
        show.prepare()
        for cue in ("doors", "house", "muzart"):
            show.ask(("jump", {"cue": cue}), ("go", {"cue": cue}))
        manager = operators.open()
        manager.wait_for_selector("[data-cue=muzart][data-state=running]")
        _keep(manager, folder / "console-show.png")
        timer = operators.open("viewer", path="/timer", language="kk", size={"width": 1024, "height": 576})
        _keep(timer, folder / "console-timer.png")
        show.ask(("jump", {"cue": "number"}), ("go", {"cue": "number"}))
        handler = operators.open("robot_handler", has_stage=True)
        handler.wait_for_selector("[data-stage=live]")
        _keep(handler, folder / "console-robots.png")
        show.ask(("jump", {"cue": "set"}), ("go", {"cue": "set"}))
        dj = operators.open("dj", language="ru", size=UPRIGHT)
        dj.wait_for_selector("[data-request=alma]:enabled")
        show.ask(("dj_request", {"track": "alma"}))
        time.sleep(8)
        _keep(dj, folder / "console-music.png")
        show.ask(("stop", {}))
        manager.wait_for_selector("[data-alert=stopped]")
        _keep(manager, folder / "console-stopped.png")
        operators.close()
        show.stop()
        if operators.errors:
            raise SystemExit("\n".join(operators.errors))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
