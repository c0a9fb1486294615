"""Takes the README's picture, docs/page.jpg, from a replay page in a browser without a window.

    .venv/bin/python tools/picture.py out/demo/index.html docs/page.jpg

Software drawing, so that it works on a machine without a graphics card; it takes some seconds.
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SIZE = {"width": 1600, "height": 900}
QUALITY = 86
PATIENCE_MS = 180_000
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
# The page goes on drawing frame after frame; a picture needs one. From here on, frames are drawn on request.
HOLD_FRAMES = """
    (() => {
        const real = window.requestAnimationFrame.bind(window);
        let waiting = [];
        window.holdFrames = false;
        window.requestAnimationFrame = (draw) => (window.holdFrames ? waiting.push(draw) : real(draw));
        window.drawFrame = () => {
            const now = waiting;
            waiting = [];
            for (const draw of now) draw(performance.now());
        };
    })();
"""


def take(page: Page, url: str, time_s: float, view: int, picture: Path) -> None:
    """Opens a replay page, seeks, chooses a camera and saves what is seen.

    Args:
        page: An open tab.
        url: Of the replay page, with language and quality behind "#".
        time_s: Mix time [s].
        view: Number of the camera, 1 (director) to 6.
        picture: Where the JPEG goes.
    """
    page.set_default_timeout(PATIENCE_MS)
    page.add_init_script(HOLD_FRAMES)
    page.goto(url)
    page.wait_for_selector("main[data-ready=true]")
    page.evaluate("async () => { await temirbek.clock.audio.play(); temirbek.clock.audio.pause(); }")
    page.wait_for_timeout(1500)  # the curtain fades
    page.evaluate("t => temirbek.clock.seek(t)", time_s)
    page.wait_for_function(
        "t => Math.abs(temirbek.clock.audio.currentTime - t) < 0.02 && !temirbek.clock.audio.seeking",
        arg=time_s,
    )
    page.keyboard.press(str(view))
    page.wait_for_timeout(3000)
    page.evaluate("() => { window.holdFrames = true; }")
    page.wait_for_timeout(1500)
    for _ in range(3):
        page.evaluate("() => drawFrame()")
        page.wait_for_timeout(200)
    page.screenshot(path=picture, type="jpeg", quality=QUALITY)


def main() -> None:
    """Reads the command line and takes the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("page", type=Path, help="replay page (index.html of a show)")
    parser.add_argument("picture", type=Path, help="JPEG to write")
    parser.add_argument("--at", type=float, default=60.0, help="mix time [s]")
    parser.add_argument("--view", type=int, default=2, choices=range(1, 7), help="camera, 1 to 6")
    parser.add_argument("--language", default="en", choices=["kk", "ru", "en"])
    parser.add_argument("--quality", default="medium", choices=["low", "medium", "high"])
    chosen = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        url = f"{chosen.page.resolve().as_uri()}#language={chosen.language}&quality={chosen.quality}"
        take(browser.new_page(viewport=SIZE), url, chosen.at, chosen.view, chosen.picture)
        browser.close()


if __name__ == "__main__":
    main()
