"""Reports over GraphQL: figures by hand, days of a time zone, comparison, pages, and who may see what."""

from typing import Any

import pytest

from domain.events.feed import advance_feed
from domain.fulfilment.cancel_order import CancelOrder, CancelReason, cancel_order
from domain.reporting.asking import InvalidReport
from domain.reporting.counting.follow import follow_catalogue, follow_feed
from domain.reporting.registry import UnknownReport
from domain.shared.actor import Scope
from domain.shared.database import execute
from domain.shared.refusal import NotAllowed
from tests.factories import NOW, TESTER, make_channel
from tests.integration.graphql.conftest import Client, Shop

FIGURES = """orders units gross { amount } platformDiscount { amount } merchantDiscount { amount } cancelledUnits
    cancelled { amount } net { amount currencyCode } averageOrder { amount }"""
BY_CHANNEL = f"""query ($input: ReportInput!) {{ salesByChannel(input: $input) {{
    span {{ from to timezone }} comparedWith {{ from to }} currencyCode otherCurrencies hasNextPage
    rows {{ growth now {{ channel name {FIGURES} }} before {{ orders net {{ amount }} }} }} }} }}"""
OVER_TIME = """query ($input: ReportInput!) { salesOverTime(input: $input) { rows { growth
    now { number startsAt orders net { amount } movingAverage { amount } movingAverageOrders } before { startsAt orders } } } }"""
BY_SKU = """query ($input: ReportInput!, $first: Int, $after: String) {
    salesBySku(input: $input, first: $first, after: $after) { endCursor hasNextPage
        rows { now { sku category orders net { amount } } before { orders } } } }"""
BY = """query ($input: ReportInput!) {
    salesByRegion(input: $input) { rows { now { region countryCode area orders } } }
    salesByCategory(input: $input) { rows { now { category orders units } } } }"""
TABLE = """query ($name: String!, $input: ReportInput!) { reportTable(report: $name, input: $input) {
    report { title columns { name unit key } measure sortedBy byGrain } rows before growth } }"""
TOTALS = """query ($name: String!, $input: ReportInput!) {
    reportTotals(report: $name, input: $input) { rows sums rowsBefore sumsBefore } }"""
DAY = {"from": "2026-11-22", "to": "2026-11-22", "timezone": "Europe/Berlin", "currencyCode": "EUR"}


async def counted() -> None:
    await advance_feed()
    while await follow_feed() or await follow_catalogue():
        pass


async def on(day: str, shop: Shop, channel: str = "web", units: dict[str, int] | None = None) -> Any:
    return await shop.place(channel, units, placed_at=f"{day}Z" if "T" in day else f"{day}T10:00:00Z")


async def test_figures_are_those_of_the_orders(client: Client, shop: Shop) -> None:
    await make_channel("dollar", currency="USD")
    await on("2026-11-22", shop)
    gone = await on("2026-11-22", shop, units={"CUP": 4})
    await cancel_order(CancelOrder(order_id=gone.order_id, reason=CancelReason.CUSTOMER), by=TESTER, now=NOW)
    await on("2026-11-21", shop, "web", {"MUG": 1})
    await on("2026-11-22", shop, "market", {"MUG": 1})
    await counted()
    told = (await client.ask(BY_CHANNEL, input=DAY | {"comparison": "PREVIOUS_PERIOD"}))["salesByChannel"]
    assert told["span"] == {"from": "2026-11-22", "to": "2026-11-22", "timezone": "Europe/Berlin"}
    assert told["comparedWith"] == {"from": "2026-11-21", "to": "2026-11-21"}
    assert (told["currencyCode"], told["otherCurrencies"], told["hasNextPage"]) == ("EUR", ["USD"], False)
    web, market = told["rows"]
    assert web["now"] == {
        "channel": "web", "name": "Web", "orders": 2, "units": 7, "gross": {"amount": "70.00"},
        "platformDiscount": {"amount": "0.00"}, "merchantDiscount": {"amount": "0.00"}, "cancelledUnits": 4,
        "cancelled": {"amount": "40.00"}, "net": {"amount": "30.00", "currencyCode": "EUR"},
        "averageOrder": {"amount": "30.00"},
    }  # fmt: skip
    assert (web["before"], web["growth"]) == ({"orders": 1, "net": {"amount": "10.00"}}, 2.0)
    assert (market["now"]["channel"], market["before"], market["growth"]) == ("market", None, None)
    nothing = (await client.ask(BY_CHANNEL, input=DAY | {"currencyCode": "USD"}))["salesByChannel"]
    assert (nothing["rows"], nothing["otherCurrencies"]) == ([], ["EUR"])


async def test_a_day_is_that_of_its_time_zone(client: Client, shop: Shop) -> None:
    await on("2026-11-21T18:14:00", shop)  # 23:59 in Kathmandu, 13:14 in New York
    await on("2026-11-21T18:15:00", shop)
    await on("2026-11-22T04:59:00", shop)
    await counted()
    for zone, orders in {"UTC": [2, 1], "Asia/Kathmandu": [1, 2], "America/New_York": [3, 0]}.items():
        asked = DAY | {"from": "2026-11-21", "timezone": zone}
        rows = (await client.ask(OVER_TIME, input=asked))["salesOverTime"]["rows"]
        assert [row["now"]["orders"] for row in rows] == orders, zone
    assert rows[0]["now"]["startsAt"] == "2026-11-21T05:00:00Z"


async def test_averages_move_and_months_end(client: Client, shop: Shop) -> None:
    for day in ("2026-01-31", "2026-02-28", "2026-02-28", "2026-03-01", "2026-03-31"):
        await on(day, shop, units={"MUG": 1})
    await counted()
    march = DAY | {"from": "2026-03-01", "to": "2026-03-31", "comparison": "PREVIOUS_PERIOD"}
    rows = (await client.ask(OVER_TIME, input=march))["salesOverTime"]["rows"]
    assert len(rows) == 31
    assert [row["now"]["orders"] for row in rows] == [1] + [0] * 29 + [1]
    assert [row["before"] and row["before"]["orders"] for row in rows] == [0] * 27 + [2] + [None] * 3
    assert rows[0]["now"]["movingAverageOrders"] == pytest.approx(3 / 7, abs=0.01)
    assert rows[0]["now"]["movingAverage"]["amount"] == "4.29"
    assert rows[6]["now"]["movingAverageOrders"] == pytest.approx(1 / 7, abs=0.01)
    months = march | {"from": "2026-01-15", "grain": "MONTH"}
    rows = (await client.ask(OVER_TIME, input=months))["salesOverTime"]["rows"]
    assert [row["now"]["orders"] for row in rows] == [1, 2, 2]


async def test_skus_come_in_pages(client: Client, shop: Shop) -> None:
    await on("2026-11-22", shop, units={"MUG": 3, "POT": 1, "CUP": 1})
    await on("2026-11-21", shop, units={"POT": 1})
    await counted()
    seen, after = [], None
    for more in (True, True, False):
        asked = DAY | {"comparison": "PREVIOUS_PERIOD"}
        page = (await client.ask(BY_SKU, input=asked, first=1, after=after))["salesBySku"]
        seen += page["rows"]
        after = page["endCursor"]
        assert page["hasNextPage"] == more
    assert [row["now"]["sku"] for row in seen] == ["MUG", "CUP", "POT"]
    assert [row["before"] for row in seen] == [None, None, {"orders": 1}]
    some = (await client.ask(BY_SKU, input=DAY | {"skus": ["POT", "NONE"]}))["salesBySku"]["rows"]
    assert [row["now"]["sku"] for row in some] == ["POT"]
    assert isinstance(await client.refused(BY_SKU, input=DAY, after="bm9uZQ=="), InvalidReport)


async def test_regions_and_todays_categories(client: Client, shop: Shop) -> None:
    await on("2026-11-22", shop)
    await counted()
    await execute("UPDATE products SET category = 'Cups' WHERE code = 'P-MUG'")
    await counted()
    told = await client.ask(BY, input=DAY)
    assert told["salesByRegion"]["rows"] == [
        {"now": {"region": "DE", "countryCode": "DE", "area": "", "orders": 1}}
    ]
    assert told["salesByCategory"]["rows"] == [
        {"now": {"category": "Cups", "orders": 1, "units": 2}},
        {"now": {"category": "", "orders": 1, "units": 1}},
    ]


async def test_any_report_is_a_table(client: Client, shop: Shop) -> None:
    await on("2026-11-22", shop)
    await counted()
    names = [each["name"] for each in (await client.ask("{ reports { name } }"))["reports"]]
    assert "salesByChannel" in names
    for name in names:
        table = (await client.ask(TABLE, name=name, input=DAY | {"comparison": "PREVIOUS_YEAR"}))[
            "reportTable"
        ]
        columns = table["report"]["columns"]
        assert [column["key"] for column in columns].count(True) == 1
        assert {len(row) for row in table["rows"]} <= {len(columns)}
        assert len(table["before"]) == len(table["growth"]) == len(table["rows"])
    table = (await client.ask(TABLE, name="salesByChannel", input=DAY))["reportTable"]
    assert (table["report"]["measure"], table["report"]["sortedBy"]) == ("net", "net")
    assert table["rows"] == [["web", "Web", 1, 3, "30.00", "0.00", "0.00", 0, "0.00", "30.00", "30.00"]]
    assert isinstance(await client.refused(TABLE, name="none", input=DAY), UnknownReport)


async def test_every_report_adds_up(client: Client, shop: Shop) -> None:
    """Over all rows, and over all those that it is compared with: also of what is not sold any more."""
    await on("2026-11-22", shop, units={"MUG": 3, "POT": 1})
    await on("2026-11-21", shop, units={"CUP": 2})
    await on("2026-11-21", shop, "market", {"POT": 1})
    await counted()
    asked = DAY | {"comparison": "PREVIOUS_PERIOD"}
    defined = (await client.ask("{ reports { name columns { name sums } } }"))["reports"]
    for report in defined:
        name, columns = report["name"], report["columns"]
        totals = (await client.ask(TOTALS, name=name, input=asked))["reportTotals"]
        table = (await client.ask(TABLE, name=name, input=asked))["reportTable"]
        assert totals["rows"] == len(table["rows"])
        for at, column in enumerate(columns):
            values = [row[at] for row in table["rows"] if row[at] is not None]
            if column["sums"] and values:
                assert float(totals["sums"][at]) == pytest.approx(sum(map(float, values))), (name, column)
            else:
                assert totals["sums"][at] in ((None, 0, "0.00") if column["sums"] else (None,)), (
                    name,
                    column,
                )
    by_sku = (await client.ask(TOTALS, name="salesBySku", input=asked))["reportTotals"]
    assert by_sku["sums"] == [None, None, None, 2, 4, "40.00", "0.00", "0.00", 0, "0.00", "40.00", None]
    assert (by_sku["rowsBefore"], by_sku["sumsBefore"][3:6]) == (2, [2, 3, "30.00"])
    alone = (await client.ask(TOTALS, name="salesBySku", input=DAY))["reportTotals"]
    assert (alone["rowsBefore"], alone["sumsBefore"]) == (None, None)
    assert isinstance(await client.refused(TOTALS, name="none", input=DAY), UnknownReport)
    market = client.limited_to(Scope.READ, channels=frozenset({shop.market.id}))
    theirs = (await market.ask(TOTALS, name="salesBySku", input=asked))["reportTotals"]
    assert (theirs["rows"], theirs["sums"][3], theirs["sumsBefore"][3]) == (0, 0, 1)
    assert isinstance(await market.refused(TOTALS, name="stockOuts", input=DAY), NotAllowed)


async def test_what_narrows_a_report_is_told(client: Client) -> None:
    defined = {
        each["name"]: each["filters"]
        for each in (await client.ask("{ reports { name filters } }"))["reports"]
    }
    assert defined["salesByChannel"] == ["CHANNELS", "CURRENCY"]
    assert defined["lowStock"] == ["WAREHOUSES", "CATEGORIES", "SKUS", "REPLENISHMENT"]


async def test_a_key_sees_its_own_channels(client: Client, shop: Shop) -> None:
    await on("2026-11-22", shop)
    await on("2026-11-22", shop, "market")
    await counted()
    market = client.limited_to(Scope.READ, channels=frozenset({shop.market.id}))
    for channels in (None, ["market"], ["web", "market"]):
        rows = (await market.ask(BY_CHANNEL, input=DAY | {"channels": channels}))["salesByChannel"]["rows"]
        assert [row["now"]["channel"] for row in rows] == ["market"]
    assert (await market.ask(BY_CHANNEL, input=DAY | {"channels": ["web"]}))["salesByChannel"]["rows"] == []
    writer = client.limited_to(Scope.ORDERS_WRITE)
    assert isinstance(await writer.refused(BY_CHANNEL, input=DAY), NotAllowed)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"to": "2026-11-21"}, "to"),
        ({"from": "2020-11-21"}, "to"),
        ({"timezone": "Berlin"}, "timezone"),
        ({"currencyCode": "euro"}, "currencyCode"),
        ({"from": "0001-01-01"}, "from"),
        ({"from": "2026-01-01", "grain": "HOUR"}, "grain"),
        ({"channels": ["x"] * 501}, "channels"),
    ],
)
async def test_what_cannot_be_asked_is_named(client: Client, wrong: dict[str, Any], field: str) -> None:
    refused = await client.refused(OVER_TIME, input=DAY | wrong)
    assert isinstance(refused, InvalidReport)
    assert refused.field == field
