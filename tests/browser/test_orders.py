"""Orders at the console: followed from the channel to the door, held and released, sourced again, kept in a view."""

import asyncio
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from playwright.async_api import Locator, Page, expect

from domain.events.feed import prune_feed
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason
from domain.orders.models import Order as OrderRow
from domain.shared.actor import house as actor
from domain.shared.database import connected
from tests.browser.browsing import NEWS_WITHIN_MS, Person
from tests.browser.company import deliver
from tests.e2e.client import Client
from tests.e2e.house import House
from tests.e2e.trade import place_all, sourced, walk

_HOLD = "mutation ($input: HoldOrderInput!) { holdOrder(input: $input) { userErrors { message } } }"
_FIND = "query ($search: String!) { orders(search: $search, first: 1) { nodes { id number } } }"


async def _figure(page: Page, name: str) -> int:
    text = await _shown(page, name).inner_text()
    return int(text.replace(",", ""))


def _shown(page: Page, name: str) -> Locator:
    """The number of that name on the board."""
    return page.locator(".figure").filter(has_text=name).locator(".figure-value")


async def _open(person: Person, reference: str) -> None:
    """Find an order in the list by its reference, and open it."""
    page = person.page
    await person.go("/orders")
    await page.keyboard.press("/")
    await page.keyboard.type(reference)
    await expect(page.locator("tbody tr")).to_have_count(1, timeout=NEWS_WITHIN_MS)
    await page.locator("tbody a").first.click()
    await expect(page.locator("h1")).to_contain_text("Order")


async def _placed(admin: Client, **fields: Any) -> str:
    """Place an order of a tea; its reference."""
    reference = f"R-{uuid4().hex[:12]}"
    order = {
        "channel": "stores",
        "externalReference": reference,
        "placedAt": "2026-11-22T11:00:00Z",
        "currencyCode": "EUR",
        "shipTo": {"countryCode": "DE", "city": "Dresden", "latitude": 51.05, "longitude": 13.74},
        "lines": [{"sku": "TEA-100", "quantity": 1, "unitPrice": "8.90"}],
    }
    await place_all(admin, [order | fields])
    return reference


async def test_an_order_is_followed_from_the_channel_to_the_door(person: Person, admin: Client) -> None:
    page = person.page
    await person.go("/")
    await expect(page.locator(".connection")).to_have_text("Live", timeout=NEWS_WITHIN_MS)
    before = await _figure(page, "Placed today")
    reference = f"WEB-{uuid4().hex[:10]}"
    assert await deliver(admin, reference, "TEA-100") == 200
    await expect(_shown(page, "Placed today")).to_have_text(f"{before + 1:,}", timeout=NEWS_WITHIN_MS)

    await _open(person, reference)
    parcel = page.locator(".parcel")
    await expect(parcel).to_contain_text("Open", timeout=NEWS_WITHIN_MS)
    for step, state in (("Accept", "Accepted"), ("Begin picking", "Picking"), ("Pack", "Packed")):
        await parcel.get_by_role("button", name=step, exact=True).click()
        await expect(parcel).to_contain_text(state, timeout=NEWS_WITHIN_MS)
    await parcel.get_by_role("button", name="Ship", exact=True).click()
    await page.get_by_label("Carrier").fill("DHL")
    await page.get_by_label("Tracking number").fill("00340434161094042557")
    await page.get_by_role("dialog").get_by_role("button", name="Ship", exact=True).click()
    await expect(parcel).to_contain_text("00340434161094042557", timeout=NEWS_WITHIN_MS)
    await parcel.get_by_role("button", name="Mark delivered").click()
    await expect(page.locator("h1")).to_contain_text("Completed", timeout=NEWS_WITHIN_MS)
    timeline = page.locator(".timeline li .strong")
    assert (await timeline.all_inner_texts())[:2] == ["Completed", "Delivered"]
    assert await person.barriers() == []


async def test_a_rejected_parcel_is_sourced_elsewhere_before_ones_eyes(person: Person, admin: Client) -> None:
    page = person.page
    await _open(person, await _placed(admin))
    parcels = page.locator(".parcel")
    await expect(parcels).to_have_count(1, timeout=NEWS_WITHIN_MS)
    first = await parcels.locator("strong").inner_text()
    await parcels.get_by_role("button", name=re.compile("More for parcel")).click()
    await page.get_by_role("menuitem", name="Reject").click()
    await page.get_by_label("Reason").select_option("NO_CAPACITY")
    await page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    await expect(parcels).to_have_count(2, timeout=NEWS_WITHIN_MS)
    new, old = parcels.nth(0), parcels.nth(1)
    await expect(new).to_contain_text("Open")
    await expect(old).to_contain_text("Rejected")
    await expect(old.locator("strong")).to_have_text(first)
    await expect(new.locator("strong")).not_to_have_text(first)
    await expect(page.locator("svg.map .way.chosen")).to_have_count(1)


async def test_a_hold_can_be_taken_back(person: Person, admin: Client) -> None:
    page = person.page
    await _open(person, await _placed(admin))
    await expect(page.locator("h1")).to_contain_text("Sourced", timeout=NEWS_WITHIN_MS)
    await page.get_by_role("button", name="Hold", exact=True).click()
    await page.get_by_label("Reason").select_option("FRAUD")
    await page.get_by_label("Note", exact=True).fill("Is it them?")
    await page.get_by_role("dialog").get_by_role("button", name="Hold").click()
    await expect(page.locator("h1")).to_contain_text("On hold", timeout=NEWS_WITHIN_MS)
    await expect(page.locator(".timeline")).to_contain_text("Is it them?", timeout=NEWS_WITHIN_MS)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator("h1")).not_to_contain_text("On hold", timeout=NEWS_WITHIN_MS)


async def test_what_was_there_before_is_not_taken_back(person: Person, admin: Client) -> None:
    page = person.page
    reference = await _placed(admin, tags=["gift"])
    [order] = (await admin.ask(_FIND, search=reference))["nodes"]
    await admin.do(_HOLD, input={"id": order["id"], "reason": "FRAUD", "note": "Is it them?"})
    await person.go(f"/orders/{order['id']}")
    await page.get_by_role("button", name="Hold", exact=True).click()
    await page.get_by_label("Reason").select_option("FRAUD")
    await page.get_by_role("dialog").get_by_role("button", name="Hold").click()
    await page.get_by_role("button", name="Add a tag").click()
    await page.keyboard.type("gift")
    await page.keyboard.press("Enter")
    toasts = page.locator(".toast")
    await expect(toasts).to_have_count(2)
    assert await toasts.get_by_role("button", name="Undo").count() == 0


async def test_what_cannot_be_taken_back_is_asked_for_first(person: Person, admin: Client) -> None:
    page = person.page
    await _open(person, await _placed(admin))
    await page.get_by_role("button", name="Cancel order").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("h1")).not_to_contain_text("Cancelled")
    await page.get_by_role("button", name="Cancel order").click()
    await page.get_by_label("Reason").select_option("DUPLICATE")
    await page.get_by_role("dialog").get_by_role("button", name="Cancel order").click()
    await expect(page.locator("h1")).to_contain_text("Cancelled", timeout=NEWS_WITHIN_MS)
    await expect(page.get_by_role("button", name="Cancel order")).to_have_count(0)


async def test_several_orders_are_held_and_released_together(person: Person, admin: Client) -> None:
    page = person.page
    tag = f"t-{uuid4().hex[:8]}"
    for _ in range(3):
        await _placed(admin, tags=[tag])
    await person.go(f"/orders?tag={tag}")
    badges = page.locator("tbody .badge")
    await expect(badges).to_have_count(3, timeout=NEWS_WITHIN_MS)
    await page.get_by_label("Select all rows").check()
    await page.get_by_role("region", name="3 orders selected").get_by_role("button", name="Hold").click()
    await page.get_by_role("dialog").get_by_role("button", name="Hold").click()
    await expect(badges).to_have_text(["On hold"] * 3, timeout=NEWS_WITHIN_MS)
    await page.get_by_role("button", name="Undo").click()
    await expect(badges).not_to_contain_text(["On hold"] * 3, timeout=NEWS_WITHIN_MS)


async def test_a_view_is_kept_by_name(person: Person) -> None:
    page = person.page
    name = f"Backorders {uuid4().hex[:6]}"
    await person.go("/orders?sourcing=BACKORDERED&sort=NUMBER.ASC")
    await page.get_by_role("button", name="Views").click()
    await page.get_by_role("menuitem", name="Save this view").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name=name)).to_be_visible(timeout=NEWS_WITHIN_MS)
    await person.go("/orders")
    await page.get_by_role("button", name="Views").click()
    await page.get_by_role("menuitemradio", name=name).click()
    await expect(page).to_have_url(re.compile(r"(?=.*sourcing=BACKORDERED)(?=.*sort=NUMBER\.ASC)"))


async def test_units_are_cancelled_line_by_line(person: Person, admin: Client) -> None:
    page = person.page
    lines = [
        {"sku": "TEA-100", "quantity": 3, "unitPrice": "8.90"},
        {"sku": "HONEY", "quantity": 1, "unitPrice": "7.20"},
    ]
    await _open(person, await _placed(admin, lines=lines))
    await expect(page.locator(".parcel")).to_have_count(1, timeout=NEWS_WITHIN_MS)
    await page.get_by_role("button", name="Cancel units").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Cancel units").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Say how many units are cancelled.")
    await dialog.get_by_label("Assam tea, 100 g").fill("2")
    assert await person.barriers() == []
    await dialog.get_by_role("button", name="Cancel units").click()
    await expect(page.locator(".toasts")).to_contain_text("2 units are cancelled")
    await expect(page.locator("main")).to_contain_text("1 allocated · 2 cancelled", timeout=NEWS_WITHIN_MS)
    await expect(page.locator(".timeline")).to_contain_text("Units cancelled", timeout=NEWS_WITHIN_MS)


async def test_of_several_orders_those_that_were_refused_are_named(person: Person, admin: Client) -> None:
    page = person.page
    tag = f"t-{uuid4().hex[:8]}"
    gone = await _placed(admin, tags=[tag])
    await _placed(admin, tags=[tag])
    [order] = (await admin.ask(_FIND, search=gone))["nodes"]
    for parcel in (await sourced(admin, order["id"]))["fulfilmentOrders"]:
        await walk(admin, parcel["id"], until="ship")
    await person.go(f"/orders?tag={tag}")
    await expect(page.locator("tbody tr")).to_have_count(2, timeout=NEWS_WITHIN_MS)
    await page.get_by_label("Select all rows").check()
    bar = page.get_by_role("region", name="2 orders selected")
    await bar.get_by_role("button", name="Cancel", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").last.click()
    await expect(page.locator(".toasts")).to_contain_text("1 order is cancelled")
    refused = page.locator("section.notice")
    await expect(refused).to_contain_text(f"{order['number']} 1 units of order")
    await expect(page.get_by_role("region", name="1 order selected")).to_be_visible()
    assert await person.barriers() == []


async def test_a_page_that_is_not_there_any_more_gives_way_to_the_first(person: Person) -> None:
    page = person.page
    gone = b64encode(b'["GONE","1"]').decode()
    await person.go(f"/orders?after={gone}")
    await expect(page.locator("tbody a").first).to_be_visible()
    await expect(page.locator(".toasts")).to_contain_text("That page is not there any more")
    await expect(page).to_have_url(re.compile(r"/orders$"))


async def test_who_was_away_for_longer_than_the_feed_is_kept_sees_how_it_is_now(
    company: House, person: Person, admin: Client
) -> None:
    page = person.page
    await _open(person, await _placed(admin))
    await expect(page.locator("h1")).to_contain_text("Sourced", timeout=NEWS_WITHIN_MS)
    await expect(page.locator(".connection")).to_have_text("Live")
    number = int(re.findall(r"Order (\d+)", await page.locator("h1").inner_text())[0])
    await asyncio.to_thread(company.kill, "api-1")
    async with connected(company.stack.database_url, pool_max=2):
        id_ = (await OrderRow.get(number=number)).id
        now = datetime.now(UTC)
        await hold_order(HoldOrder(order_id=id_, reason=HoldReason.OTHER), by=actor("night shift"), now=now)
        await company.settled()
        assert await prune_feed(before=now + timedelta(days=1))
    company.start("api-1")
    await expect(page.locator("h1")).to_contain_text("On hold", timeout=3 * NEWS_WITHIN_MS)
    person.troubles.clear()  # there was no API for a while
