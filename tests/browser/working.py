"""What hands do at the console, and what is to be known for it."""

from collections.abc import Sequence
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.browsing import NEWS_WITHIN_MS, Person
from tests.e2e.client import Client
from tests.e2e.house import eventually

FOUND = """query ($reference: String!) { orders(search: $reference, first: 1) { nodes {
    id number fulfilmentOrders { id number state warehouse { name } } } } }"""


async def order_of(admin: Client, reference: str) -> dict[str, Any]:
    """The order, once it is known where it leaves from."""
    found: list[dict[str, Any]] = []

    async def sourced() -> bool:
        found[:] = (await admin.ask(FOUND, reference=reference))["nodes"]
        return bool(found and found[0]["fulfilmentOrders"])

    await eventually(sourced, within_s=NEWS_WITHIN_MS / 1000)
    return found[0]


async def scan(page: Page, code: str) -> None:
    """As a wedge does: it types, and presses Enter."""
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
