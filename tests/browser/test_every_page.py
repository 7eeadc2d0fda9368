"""What holds on each page: it shows, without an error, without a barrier; and how it looks."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.browsing import DESK, TABLET, Person, Theme, at_the_console
from tests.e2e.house import House

LOOKS: dict[str, tuple[tuple[int, int], Theme, str]] = {
    "light": (DESK, "light", "en-GB"),
    "dark": (DESK, "dark", "en-GB"),
    "tablet": (TABLET, "light", "en-GB"),
    "zh-hans": (DESK, "light", "zh-CN"),
    "zh-hant-dark-tablet": (TABLET, "dark", "zh-TW"),
}
LANGUAGES = {"en-GB": "en", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant"}
PHOTOGRAPHED = ("light", "dark", "tablet", "zh-hans")


async def test_signing_in_has_no_barriers(visitor: Person) -> None:
    await visitor.page.goto(visitor.url)
    await visitor.page.locator("input[name=key]").wait_for()
    assert await visitor.barriers() == []


@pytest.mark.parametrize("look", LOOKS)
async def test_every_page_shows_and_has_no_barriers(company: House, browser: Browser, look: str) -> None:
    size, theme, locale = LOOKS[look]
    barriers: dict[str, list[str]] = {}
    async with at_the_console(browser, company.url, size=size, theme=theme, locale=locale) as person:
        await person.sign_in(company.stack.key)
        await expect(person.page.locator("html")).to_have_attribute("lang", LANGUAGES[locale])
        shown = [
            page for page in await person.pages() if ":" not in page["route"] and page["name"] != "explorer"
        ]
        assert shown
        for page in shown:
            await person.go(page["route"])
            if found := await person.barriers():
                barriers[page["name"]] = found
            if look in PHOTOGRAPHED:
                await person.photograph(f"{page['name']}-{look}")
    assert barriers == {}
