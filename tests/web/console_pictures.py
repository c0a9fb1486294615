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

from temirbek.stage.desk import ShowDesk
from temirbek.store import to_json
from temirbek.web.fake_hall import FakeHall
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


def _let_the_hall_live(desk: ShowDesk) -> None:
    """What the hall of the show that is none does, told to the real machine."""
    fake = FakeHall()
    for line in fake.view(0.0, 14.0).reactions:
        desk.tell(
            "reaction",
            robot={"sky": "aspan", "gold": "altyn"}.get(line.robot, line.robot),
            gesture=line.gesture,
            cause=line.cause,
            state="begun" if line.delay_s else "refused",
            why=line.why,
            delay_s=line.delay_s,
        )
    desk.tell("guest", n=84)
    desk.tell("phones", connected=4921)
    desk.tell("wishes", wishes=[to_json(wish) for wish in fake.wishes()])
    desk.tell("hall", kind="applause", state="began")


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
        hall = operators.open("robot_handler", path="/#hall")
        show._call(lambda: _let_the_hall_live(show.desk.desk))
        hall.wait_for_selector("[data-heard=applause]")
        _keep(hall, folder / "console-hall.png")
        show.ask(("stop", {}))
        manager.wait_for_selector("[data-alert=stopped]")
        _keep(manager, folder / "console-stopped.png")
        operators.close()
        show.stop()
        if operators.errors:
            raise SystemExit("\n".join(operators.errors))


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
