"""The training company: nobody signs in, nobody takes it for the real one, and the tour notices what was done."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.browsing import Person, at_the_console
from tests.browser.company import deliver, found
from tests.browser.working import count_and_ship, order_of
from tests.e2e.house import House, open_house
from tests.e2e.school import FOUNDED_WITHIN_S, REAL, open_school


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("training")
    with open_house(home, training=True, FOREBAY_TRAINING_OF=REAL) as opened:
        yield opened


@pytest.fixture(scope="module")
async def school(training: House) -> House:
    async with training.client() as client:
        await found(client)
    return await training.settled()


@pytest.fixture
async def trainee(school: House, browser: Browser) -> AsyncIterator[Person]:
    """Somebody who just opened the address."""
    async with at_the_console(browser, school.url) as person:
        await person.page.goto(school.url)
        await person.page.locator(".frame").wait_for()
        yield person


async def test_everybody_is_a_trainee_and_told_that_nothing_is_real(trainee: Person) -> None:
    page = trainee.page
    banner = page.get_by_role("complementary", name="Training company")
    await expect(banner).to_contain_text("Nothing here is real")
    await expect(banner.get_by_role("link")).to_have_attribute("href", REAL)
    await expect(page.locator(".me")).to_contain_text("Trainee")
    await page.mouse.wheel(0, 2000)
    await expect(banner).to_be_in_viewport()
    assert await trainee.barriers() == []
    await trainee.photograph("training-light")


async def test_the_tour_notices_what_was_done_and_goes_on_where_it_was_left(trainee: Person) -> None:
    page = trainee.page
    await expect(page.locator(".tour h2")).to_have_text("Find an order")
    await page.get_by_role("link", name="Take me there").click()
    await expect(page.locator("[data-tour]")).to_have_attribute("type", "search")
    await page.locator("main tbody tr", has_text="Unfulfilled").first.get_by_role("link").first.click()
    await expect(page.locator(".tour h2")).to_have_text("Read why this warehouse")
    await page.get_by_role("button", name="I have read it").click()
    await expect(page.locator(".tour h2")).to_have_text("Hold the order")
    await page.reload()
    await expect(page.locator(".tour h2")).to_have_text("Hold the order")
    await page.get_by_role("button", name="Hold", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="Hold").click()
    await expect(page.locator(".tour h2")).to_have_text("Release it")
    await page.get_by_role("button", name="Release", exact=True).click()
    await expect(page.locator(".tour-done")).to_have_text("Release it")


async def test_the_tour_notices_work_at_the_bench_and_at_the_desk(school: House, trainee: Person) -> None:
    page = trainee.page
    step = page.locator(".tour h2")
    for _ in range(4):
        await page.locator(".tour .button.primary").click()
    await expect(step).to_have_text("Pick, pack and ship")
    async with school.client() as admin:
        assert await deliver(admin, "WEB-7001", "HONEY") == 200
        [parcel] = (await order_of(admin, "WEB-7001"))["fulfilmentOrders"]
    await page.get_by_role("link", name="Take me there").click()
    await count_and_ship(trainee, parcel["number"], ["HONEY"])
    await expect(step).to_have_text("Replay a failed message")
    await page.get_by_role("link", name="Take me there").click()
    await page.locator("main tbody tr").get_by_role("button", name="Replay").click()
    await expect(step).to_have_text("Simulate rules")
    await page.get_by_role("link", name="Take me there").click()
    await page.get_by_role("button", name="New draft").click()
    await page.get_by_role("button", name="Simulate").click()
    await expect(step).to_have_text("That was the first hour")


async def test_the_tour_is_closed_and_opened_by_keyboard(trainee: Person) -> None:
    page = trainee.page
    await page.locator(".tour").get_by_role("button", name="Skip").press("Enter")
    await expect(page.locator(".tour h2")).to_have_text("Read why this warehouse")
    await page.locator(".tour").get_by_role("button", name="Back").press("Escape")
    await expect(page.locator(".tour")).to_have_count(0)
    await page.get_by_role("button", name="Tour").press("Enter")
    await expect(page.locator(".tour h2")).to_have_text("Read why this warehouse")


async def test_a_real_console_says_nothing_of_training(person: Person) -> None:
    await expect(person.page.locator(".training, .tour")).to_have_count(0)


async def test_whoever_practises_starts_over_and_takes_everybody_along(
    tmp_path: Path, browser: Browser
) -> None:
    async with open_school(tmp_path) as begun:
        key = await begun.founded()
        async with at_the_console(browser, begun.url) as mine, at_the_console(browser, begun.url) as other:
            for each in (mine, other):
                await each.page.goto(f"{begun.url}/#/orders")
                await each.page.locator(".tour .button.primary").click()
                await expect(each.page.locator(".tour h2")).to_have_text("Read why this warehouse")
            await mine.page.get_by_role("button", name="Start over").click()
            dialog = mine.page.get_by_role("dialog")
            assert await mine.barriers() == []
            await dialog.get_by_role("button", name="Start over").click()
            await expect(dialog.get_by_role("status")).to_contain_text("being founded anew")
            assert await begun.founded(after=key) != key
            for each in (mine, other):
                await expect(each.page.locator(".toasts")).to_contain_text(
                    "was founded anew", timeout=FOUNDED_WITHIN_S * 1000
                )
                await expect(each.page.locator(".tour h2")).to_have_text("Find an order")
                await expect(each.page.locator("main h1")).to_have_text("Board")
                each.troubles.clear()  # there was no API for a while
