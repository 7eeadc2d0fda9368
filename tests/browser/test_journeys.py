"""What people do at the console all day, from its beginning to its end, over the real stack."""

from playwright.async_api import expect

from tests.browser.browsing import NEWS_WITHIN_MS, Person
from tests.browser.company import deliver
from tests.browser.working import count_and_ship, order_of, scan
from tests.e2e.client import Client
from tests.e2e.house import eventually
from tests.e2e.trade import step


async def look_up(person: Person, reference: str) -> None:
    """Find the order in the list, and open it."""
    page = person.page
    await person.go("/orders")
    await page.get_by_role("searchbox").fill(reference)
    row = page.locator("main tbody tr", has_text=reference)
    await expect(row).to_have_count(1)
    await row.get_by_role("link").first.click()
    await expect(page.locator("main h1")).to_be_visible()


async def test_an_order_that_a_shop_sends_is_followed_to_the_door(admin: Client, person: Person) -> None:
    page = person.page
    await person.go("/")
    placed = page.locator(".figure", has_text="Placed today").locator(".figure-value")
    before = int(await placed.inner_text())
    assert await deliver(admin, "WEB-9001", "HONEY", units=2) == 200
    await expect(placed).to_have_text(str(before + 1))

    [parcel] = (await order_of(admin, "WEB-9001"))["fulfilmentOrders"]
    await person.go("/warehouse")
    await count_and_ship(person, parcel["number"], ["HONEY", "HONEY"])
    await look_up(person, "WEB-9001")
    heading = page.locator(".page-head")
    await expect(heading).to_contain_text("Shipped")
    assert await step(admin, "deliver", parcel["id"]) == []
    await expect(heading).to_contain_text("Delivered")


async def test_what_a_warehouse_cannot_ship_leaves_from_another(admin: Client, person: Person) -> None:
    page = person.page
    assert await deliver(admin, "WEB-9002", "KETTLE") == 200
    [parcel] = (await order_of(admin, "WEB-9002"))["fulfilmentOrders"]
    await person.go("/warehouse")
    await scan(page, str(parcel["number"]))
    await page.get_by_role("button", name="Reject").click()
    await page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    await look_up(person, "WEB-9002")

    async def left_from_another() -> bool:
        parcels = (await order_of(admin, "WEB-9002"))["fulfilmentOrders"]
        return {each["state"] for each in parcels} == {"REJECTED", "OPEN"}

    await eventually(left_from_another, within_s=NEWS_WITHIN_MS / 1000)
    parcels = (await order_of(admin, "WEB-9002"))["fulfilmentOrders"]
    [other] = [each for each in parcels if each["state"] == "OPEN"]
    assert other["warehouse"] != parcel["warehouse"]
    await expect(page.locator("main")).to_contain_text(f"From {other['warehouse']['name']}")


async def test_a_message_that_failed_is_mended_and_replayed(admin: Client, person: Person) -> None:
    page = person.page
    await person.go("/messages")
    row = page.locator("main tbody tr", has_text="WEB-UNKNOWN")
    await row.get_by_role("button", name="Look").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Failed")
    await dialog.get_by_role("tab", name="Channel's mapping").click()
    await dialog.locator("textarea").fill('{"skuMap": {"TEA-1000": "TEA-100"}}')
    await dialog.get_by_role("button", name="Save the mapping").click()
    await expect(dialog).to_contain_text("Placed")
    await dialog.get_by_role("button", name="Replay").click()
    await expect(row).to_have_count(0)
    assert len((await order_of(admin, "WEB-UNKNOWN"))["fulfilmentOrders"]) == 1


async def test_rules_are_tried_on_past_orders_and_activated(person: Person) -> None:
    page = person.page
    await person.go("/rules")
    await page.get_by_role("button", name="New draft").click()
    await page.get_by_label("What it is for").fill("Tried by a test")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_role("button", name="Simulate").click()
    await expect(page.locator("main")).to_contain_text("These rules, replayed")
    await person.photograph("simulation-light")
    await page.locator("a.back").click()
    await page.get_by_role("button", name="Activate").click()
    await page.get_by_role("dialog").get_by_role("button", name="Activate").click()
    await expect(page.locator(".page-head")).to_contain_text("Active")
