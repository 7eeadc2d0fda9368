"""The way in and out, and the language."""

import re

from playwright.async_api import expect

from tests.browser.browsing import Person
from tests.e2e.house import House


async def test_a_wrong_key_is_refused_and_a_right_one_lets_in(company: House, visitor: Person) -> None:
    page = visitor.page
    await page.goto(visitor.url)
    await page.locator("input[name=key]").fill("forebay_0000000000_" + "A" * 43)
    await page.locator("form button.primary").click()
    await expect(page.get_by_role("alert")).not_to_be_empty()
    assert [trouble for trouble in visitor.troubles if "401" not in trouble] == []
    visitor.troubles.clear()
    await visitor.sign_in(company.stack.key)
    await expect(page.locator("input[name=key]")).to_have_count(0)
    await page.reload()
    await page.locator(".frame").wait_for()


async def test_the_key_is_not_left_in_the_address(company: House, visitor: Person) -> None:
    await visitor.page.goto(f"{visitor.url}/#key={company.stack.key}")
    await visitor.page.locator(".frame").wait_for()
    assert company.stack.key not in visitor.page.url


async def test_signing_out_forgets_the_key(person: Person) -> None:
    await person.page.locator(".me button").click()
    await person.page.locator("input[name=key]").wait_for()
    kept = await person.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "forebay_" not in kept


async def test_whoever_signs_out_while_the_socket_is_being_opened_is_not_refused(
    company: House, visitor: Person
) -> None:
    await visitor.page.add_init_script("""
        window.WebSocket = class extends WebSocket {
            constructor(...where) {
                super(...where);
                import("/console/app/session.js").then((session) => session.signOut());
            }
        };
    """)
    async with visitor.page.expect_websocket() as opening:
        await visitor.page.goto(f"{visitor.url}/#key={company.stack.key}")
    socket = await opening.value
    if not socket.is_closed():
        await socket.wait_for_event("close")
    await expect(visitor.page.locator("input[name=key]")).to_be_visible()
    await expect(visitor.page.get_by_role("alert")).to_have_count(0)


async def test_the_language_is_switched_and_kept(person: Person) -> None:
    page = person.page
    html = page.locator("html")
    await expect(html).to_have_attribute("lang", "en")
    await page.get_by_role("button", name="Language").click()
    await page.get_by_text("简体中文").click()
    await expect(html).to_have_attribute("lang", "zh-Hans")
    await expect(page.locator(".navigation")).to_contain_text(re.compile("订单"))
    await page.reload()
    await expect(html).to_have_attribute("lang", "zh-Hans")
    await expect(page.locator(".navigation")).to_contain_text(re.compile("订单"))
