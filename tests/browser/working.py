"""What hands do at the console, and what is to be known for it."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from playwright.async_api import Page, expect

from tests.browser.browsing import NEWS_WITHIN_MS, Person
from tests.e2e.client import Client
from tests.e2e.house import eventually
from tests.e2e.trade import place_all, sourced

FOUND = """query ($reference: String!) { orders(search: $reference, first: 1) { nodes {
    id number fulfilmentOrders { id number state warehouse { name } } } } }"""

_PARCELS = """query ($id: ID!) { order(id: $id) { fulfilmentOrders {
    id number state carrier trackingNumber } } }"""


async def order_of(admin: Client, reference: str) -> dict[str, Any]:
    """The order, once it is known where it leaves from."""
    found: list[dict[str, Any]] = []

    async def known() -> bool:
        found[:] = (await admin.ask(FOUND, reference=reference))["nodes"]
        return bool(found and found[0]["fulfilmentOrders"])

    await eventually(known, within_s=NEWS_WITHIN_MS / 1000)
    return found[0]


async def placed(admin: Client, **fields: Any) -> str:
    """Place an order of two mugs that leaves from Leipzig; its id."""
    order = {
        "channel": "stores",
        "externalReference": f"W-{uuid4().hex[:12]}",
        "placedAt": "2026-11-22T11:00:00Z",
        "currencyCode": "EUR",
        "shipTo": {"countryCode": "DE", "city": "Leipzig", "latitude": 51.34, "longitude": 12.37},
        "lines": [{"sku": "MUG-BLUE", "quantity": 2, "unitPrice": "12.50"}],
    }
    return (await place_all(admin, [order | fields]))[0]


async def parcel_of(admin: Client, order_id: str) -> dict[str, Any]:
    """The order's one parcel, once it is known where it leaves from."""
    await sourced(admin, order_id)
    (parcel,) = (await admin.ask(_PARCELS, id=order_id))["fulfilmentOrders"]
    return dict(parcel)


async def wedge(page: Page, code: str) -> None:
    """As a scanner does: types into whatever has the focus, and presses Enter."""
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")


async def scan(page: Page, code: str) -> None:
    """Into the field for it, wherever the focus is."""
    field = page.locator(".scanner input")
    await field.fill(code)
    await field.press("Enter")


async def count_and_ship(person: Person, number: int, skus: Sequence[str]) -> None:
    """Take a parcel from its first scan to the carrier; what does not belong into it is refused."""
    page = person.page
    pack = page.get_by_role("button", name="Pack", exact=True)
    await scan(page, str(number))
    await page.get_by_role("button", name="Start picking").click()
    await scan(page, "NOT-IN-IT")
    await expect(page.locator(".scanned")).to_contain_text("does not belong into this parcel")
    for sku in skus:
        await expect(pack).to_be_disabled()
        await scan(page, sku)
    await pack.click()
    await page.get_by_label("Carrier").fill("DHL")
    await page.get_by_label("Tracking number").fill(f"0034043429213{number}")
    await page.get_by_role("button", name="Hand over").click()
    await expect(page.locator(".toasts")).to_contain_text("has left")
