"""A person at the console: a real browser's page that keeps whatever went wrong in it."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.async_api import Browser, ConsoleMessage, Page, Response, async_playwright, expect

CHROMIUM = os.environ.get("FOREBAY_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESK = (1440, 900)
TABLET = (834, 1112)
NEWS_WITHIN_MS = 20_000
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
SCREENSHOT_BYTES_MAX = 200_000
_AXE = next(Path(__file__).parent.glob("vendor/axe-core-*/axe.min.js"))
_SERIOUS = {"serious", "critical"}

Theme = Literal["light", "dark"]


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, or the one that FOREBAY_CHROMIUM names."""
    assert shutil.which(CHROMIUM), f"no {CHROMIUM}: apt-get install chromium, or set FOREBAY_CHROMIUM"
    alone = ("--no-sandbox",) if os.geteuid() == 0 else ()
    expect.set_options(timeout=NEWS_WITHIN_MS)
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *alone])
        yield browser
        await browser.close()


@dataclass  # no slots: Playwright keeps something on whose methods listen
class Person:
    """Somebody at the console. `troubles`: what the page complained of, which is nothing in the end."""

    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note errors, refusals by the policy among them, and files that are missing."""
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"{message.type}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status} {response.request.method} {response.url}")

    async def sign_in(self, key: str) -> None:
        """Type the key, as one does the first time."""
        await self.page.goto(self.url)
        await self.page.locator("input[name=key]").fill(key)
        await self.page.locator("form button.primary").click()
        await self.page.locator(".frame").wait_for()

    async def go(self, route: str) -> None:
        """Follow a link within the console, and wait until nothing is being fetched."""
        await self.page.goto(f"{self.url}/#{route}")
        await self.page.locator("main h1, main h2").first.wait_for()
        await self.page.wait_for_load_state("networkidle")

    async def barriers(self) -> list[str]:
        """What axe-core finds serious or critical."""
        await self.page.evaluate(_AXE.read_text("utf-8"))
        found: dict[str, Any] = await self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{each['id']} ({each['impact']}): {node['html'][:200]} {node['failureSummary']}"
            for each in found["violations"]
            if each["impact"] in _SERIOUS
            for node in each["nodes"]
        ]

    async def photograph(self, name: str) -> None:
        """Keep how it looks now in docs/screenshots."""
        picture, small = BytesIO(await self.page.screenshot(animations="disabled", caret="hide")), BytesIO()
        Image.open(picture).convert("RGB").save(small, "WEBP", lossless=True, method=6)
        assert small.tell() < SCREENSHOT_BYTES_MAX, name
        (SCREENSHOTS / f"{name}.webp").write_bytes(small.getvalue())

    async def pages(self) -> list[dict[str, Any]]:
        """The console's own list of its pages."""
        listed: list[dict[str, Any]] = json.loads(
            await self.page.evaluate(
                "import('/console/app/pages/index.js').then((all) => JSON.stringify(all.pages))"
            )
        )
        return listed


@asynccontextmanager
async def at_the_console(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = DESK,
    theme: Theme = "light",
    locale: str = "en-GB",
) -> AsyncIterator[Person]:
    """A person with a browser of their own; nothing may have gone wrong by the time they leave."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        locale=locale,
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    person = Person(await context.new_page(), url)
    person.listen()
    try:
        yield person
        assert person.troubles == [], person.troubles
    finally:
        await context.close()
