"""What people see while the API does not answer, or slowly: never old figures that look like new ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from playwright.async_api import Page, Route, WebSocketRoute, expect

from tests.browser.browsing import NEWS_WITHIN_MS, Person
from tests.browser.company import deliver
from tests.browser.working import placed
from tests.e2e.client import Client
from tests.e2e.house import eventually

OUTDATED = "It could not be read anew"
SLOW_S = 1.6
NEWS_EVERY_S = 0.4
GRAPHQL = "**/graphql"


@asynccontextmanager
async def faulty(page: Page, operation: str) -> AsyncIterator[None]:
    """Meanwhile the operation of that name gets no answer; all others do."""

    async def answer(route: Route) -> None:
        fails = f" {operation}(" in (route.request.post_data or "")
        await (route.abort() if fails else route.continue_())

    await page.route(GRAPHQL, answer)
    yield
    await page.unroute(GRAPHQL, answer)


async def test_figures_that_could_not_be_read_anew_say_so(person: Person, admin: Client) -> None:
    page = person.page
    await person.go("/")
    await expect(page.locator(".connection")).to_have_text("Live")
    placed = page.locator(".figure", has_text="Placed today").locator(".figure-value")
    before = int(await placed.inner_text())
    async with faulty(page, "Board"):
        assert await deliver(admin, f"WEB-{uuid4().hex[:10]}", "HONEY") == 200
        await expect(page.locator("main")).to_contain_text(OUTDATED)
        await expect(placed).to_have_text(str(before))
        assert await person.barriers() == []
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator("main")).not_to_contain_text(OUTDATED)
    await expect(placed).to_have_text(str(before + 1))
    person.troubles.clear()


async def test_rows_of_another_filter_are_not_shown_for_the_one_that_failed(person: Person) -> None:
    page = person.page
    await person.go("/orders")
    rows = page.locator("main tbody tr")
    await expect(rows.first).to_be_visible()
    async with faulty(page, "Orders"):
        await page.goto(f"{person.url}/#/orders?state=OPEN")
        await expect(page.locator("main [role=alert]")).to_contain_text("cannot be reached")
        await expect(rows).to_have_count(0)
    await page.get_by_role("button", name="Try again").click()
    await expect(rows.first).to_be_visible()
    person.troubles.clear()


async def test_a_slow_board_keeps_up_with_news_that_is_faster(person: Person, admin: Client) -> None:
    page = person.page

    async def late(route: Route) -> None:
        if " Board(" in (route.request.post_data or ""):
            await asyncio.sleep(SLOW_S)
        await route.continue_()

    async def trade() -> None:
        while True:
            assert await deliver(admin, f"WEB-{uuid4().hex[:10]}", "TEA-100") == 200
            await asyncio.sleep(NEWS_EVERY_S)

    await person.go("/")
    await expect(page.locator(".connection")).to_have_text("Live")
    placed = page.locator(".figure", has_text="Placed today").locator(".figure-value")
    before = await placed.inner_text()
    await page.route(GRAPHQL, late)
    trading = asyncio.create_task(trade())
    try:
        await expect(placed).not_to_have_text(before, timeout=5 * SLOW_S * 1000)
        assert not trading.done()
    finally:
        trading.cancel()
        await page.unroute_all(behavior="ignoreErrors")


async def test_a_dialog_stays_until_what_it_asked_about_is_done(person: Person, admin: Client) -> None:
    page = person.page
    order_id = await placed(admin)
    waiting: list[Route] = []

    async def hold(route: Route) -> None:
        if " Hold(" in (route.request.post_data or ""):
            waiting.append(route)
        else:
            await route.continue_()

    await person.go(f"/orders/{order_id}")
    await page.get_by_role("button", name="Hold", exact=True).click()
    dialog = page.get_by_role("dialog")
    await page.route(GRAPHQL, hold)
    await dialog.get_by_role("button", name="Hold").click()
    await expect(dialog.get_by_role("button", name="Hold")).to_be_disabled()
    for _ in range(3):
        await page.keyboard.press("Escape")
    await page.mouse.click(5, 5)
    await expect(dialog).to_be_visible()
    await waiting[0].abort()
    await expect(dialog.get_by_role("alert")).not_to_be_empty()
    await page.unroute(GRAPHQL, hold)
    await dialog.get_by_role("button", name="Hold").click()
    await expect(dialog).to_have_count(0)
    await expect(page.locator("h1")).to_contain_text("On hold")
    person.troubles.clear()


async def test_a_socket_that_went_dumb_is_given_up(person: Person) -> None:
    page = person.page
    opened: list[WebSocketRoute] = []

    def relay(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        opened.append(socket)
        if len(opened) == 1:  # of the first, pings are swallowed on their way
            socket.on_message(lambda said: None if '"ping"' in str(said) else server.send(said))

    await page.route_web_socket("**/graphql", relay)
    await page.reload()
    await person.go("/")
    await expect(page.locator(".connection")).to_have_text("Live")

    async def opened_anew() -> bool:
        return len(opened) == 2

    await eventually(opened_anew, within_s=2 * NEWS_WITHIN_MS / 1000)
    await expect(page.locator(".connection")).to_have_text("Live")
