"""Reports over the wire, fed by a relay at work."""

from uuid import uuid4

from tests.e2e.client import Client
from tests.e2e.house import House, eventually
from tests.e2e.trade import open_shop, place

BY_CATEGORY = """query ($channel: String!) {
    salesByCategory(input: {from: "2026-11-22", to: "2026-11-22", timezone: "UTC", currencyCode: "EUR", channels: [$channel]}) {
        rows { now { category units } } } }"""
SORT = """mutation ($sku: String!, $category: String!) {
    saveVariants(input: {variants: [{sku: $sku, name: "Mug", weightG: 400, category: $category}]}) { userErrors { code } } }"""


async def test_sales_are_found_under_a_products_new_category_within_seconds(
    house: House, admin: Client
) -> None:
    shop = await open_shop(admin, [9])
    await place(admin, shop.order())

    async def is_sold_as(category: str) -> bool:
        rows = (await admin.ask(BY_CATEGORY, channel=shop.channel))["rows"]
        return [row["now"] for row in rows] == [{"category": category, "units": 1}]

    await eventually(lambda: is_sold_as(""))
    category = f"Mugs {uuid4().hex}"
    await admin.do(SORT, sku=shop.skus[0], category=category)
    await eventually(lambda: is_sold_as(category))
