"""The way in, in a real browser: the token is in no request, no referrer and no history."""

import asyncio
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Page, Request, async_playwright
from tests.web.makers import a_house

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt-get install chromium)"),
]


def test_a_link_opens_the_console_and_leaves_no_token_behind(tmp_path: Path) -> None:
    async def look(page: Page, base: str, link: str, token: str) -> None:
        requests: list[Request] = []
        page.on("request", lambda request: requests.append(request))
        await page.goto(base.replace("127.0.0.1", "localhost") + "/join#forged")
        await page.wait_for_selector("#refused:not([hidden])", timeout=30_000)
        assert "not valid" in await page.inner_text("#why") and "#" not in page.url
        await page.goto(link)
        await page.wait_for_url(f"{base}/", timeout=30_000)
        role = await page.evaluate("fetch('/api/session').then((r) => r.json()).then((me) => me.role)")
        assert role == "dj"
        assert await page.evaluate("document.cookie") == ""  # no script reads it
        assert not [r.url for r in requests if token in r.url or token in str(r.headers)]
        await page.go_back()
        assert token not in page.url

    async def run() -> None:
        async with a_house(tmp_path) as house, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            try:
                token = house.links.issue("dj")
                await look(await browser.new_page(), house.base, house.served.link(token), token)
            finally:
                await browser.close()

    asyncio.run(run())
