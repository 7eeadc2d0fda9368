"""Reports at the console: shown, filtered, compared, linked, exported."""

import asyncio
import csv
import re
from io import BytesIO, StringIO
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, expect
from pyarrow import parquet

from tests.browser.browsing import DESK, NEWS_WITHIN_MS, TABLET, Person, Theme, at_the_console
from tests.browser.company import CHANNELS, ORDERS
from tests.e2e.client import Client
from tests.e2e.house import House
from tests.workbooks import sheet_of

LOOKS: dict[str, tuple[tuple[int, int], Theme, str]] = {
    "light": (DESK, "light", "en-GB"),
    "dark": (DESK, "dark", "en-GB"),
    "zh-hant-dark-tablet": (TABLET, "dark", "zh-TW"),
}
SHOWN = ("salesOverTime", "salesBySku", "channelPerformance", "stockAgeing", "lowStock")
PHOTOGRAPHED = {"salesOverTime": "light", "lowStock": "dark"}
EACH = ORDERS // len(CHANNELS)


async def _orders(admin: Client, **where: Any) -> int:
    """How many there are by now: other tests place some, too."""
    counted = await admin.ask(
        "query ($where: OrderWhere) { orderCount(where: $where) { count } }", where=where
    )
    return int(counted["count"])


def row_of(person: Person, text: str) -> Locator:
    return person.page.locator(".table-frame tbody tr").filter(has_text=text)


def choice(person: Person, label: str) -> Locator:
    return person.page.locator("label").filter(has_text=re.compile(f"^{label}")).locator("select")


async def test_a_report_is_found_filtered_and_compared(company: House, admin: Client, person: Person) -> None:
    page = person.page
    await company.settled()
    await page.locator("main h1").wait_for()
    await page.keyboard.press("g")
    await page.keyboard.press("r")
    await page.get_by_role("link", name="Sales by channel").click()
    await expect(row_of(person, "marketplace").locator("td").nth(2)).to_have_text(f"{EACH}")
    await expect(page.locator(".table-frame tbody tr")).to_have_count(len(CHANNELS))
    totals = page.locator("tfoot td")
    await expect(totals.nth(0)).to_have_text(f"Total of {len(CHANNELS)} rows")
    await expect(page.locator(".figure").filter(has_text="Orders")).to_contain_text(f"{await _orders(admin)}")

    await page.get_by_role("search").get_by_role("button", name="Channel").click()
    await page.get_by_role("checkbox", name="Marketplace").check()
    await page.keyboard.press("Escape")
    await expect(page.locator(".table-frame tbody tr")).to_have_count(1)
    await choice(person, "Compare with").select_option("PREVIOUS_PERIOD")
    await expect(page.locator("main")).to_contain_text("compared with")
    await expect(page.locator(".figure").filter(has_text="Net")).to_contain_text("from €0.00")
    assert page.url.endswith("#/reports/salesByChannel?channel=marketplace&compare=PREVIOUS_PERIOD")
    await page.reload()
    await expect(page.locator(".table-frame tbody tr")).to_have_count(1)
    await expect(choice(person, "Compare with")).to_have_value("PREVIOUS_PERIOD")
    await row_of(person, "marketplace").get_by_role("link").click()
    await expect(page).to_have_url(re.compile("#/orders.channel=marketplace"))


async def test_rows_are_sorted_and_lead_to_the_stock(person: Person) -> None:
    page = person.page
    await person.go("/reports/salesBySku")
    names = page.locator(".table-frame tbody tr td:first-child")
    await expect(names.first).not_to_have_text("")
    await page.get_by_role("button", name="SKU", exact=True).click()
    await page.get_by_role("button", name="SKU", exact=True).click()
    await expect(page).to_have_url(re.compile(r"sort=sku\.ASC"))
    listed = await names.all_inner_texts()
    assert len(listed) > 1
    assert listed == sorted(listed)
    await names.first.get_by_role("link").click()
    await expect(page).to_have_url(re.compile(f"#/stock/{listed[0]}$"))


async def test_time_is_cut_as_asked_and_days_are_named(person: Person) -> None:
    page = person.page
    await person.go("/reports/salesOverTime?period=last7")
    rows = page.locator(".table-frame tbody tr")
    await expect(rows).to_have_count(7)
    await choice(person, "By").select_option("HOUR")
    await expect(rows).to_have_count(7 * 24)
    await page.get_by_label("To", exact=True).fill("2026-03-29")
    await expect(page.get_by_label("From", exact=True)).to_have_value("2026-03-29")
    await expect(rows).to_have_count(23)  # clocks are put forward in Berlin
    await choice(person, "Time zone").select_option("UTC")
    await expect(rows).to_have_count(24)
    await expect(choice(person, "Period")).to_have_value("")


async def downloaded(person: Person, *, of: str, form: str = "CSV") -> bytes:
    """Export what the page shows, wait until the file is there, and get it."""
    page = person.page
    await page.get_by_role("button", name="Export").click()
    await page.get_by_role("menuitem", name=form).click()
    row = page.get_by_role("dialog").locator("tbody tr").filter(has_text=of).first
    async with page.expect_download() as coming:
        await row.get_by_role("link", name="Download").click(timeout=NEWS_WITHIN_MS)
    path = await (await coming.value).path()
    return await asyncio.to_thread(path.read_bytes)


def rows_of(csv_file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(csv_file.decode("utf-8-sig"), newline="")))


async def test_a_report_is_exported_as_it_is_filtered(person: Person) -> None:
    await person.go("/reports/salesByChannel?channel=marketplace")
    await expect(person.page.locator(".table-frame tbody tr")).to_have_count(1)
    [row] = rows_of(await downloaded(person, of="salesByChannel"))
    assert (row["channel"], row["orders"]) == ("marketplace", f"{EACH}")
    await person.go("/reports")
    await expect(person.page.locator("main tbody tr").filter(has_text="salesByChannel")).to_contain_text(
        "Done"
    )


async def test_orders_are_exported_as_they_are_filtered(admin: Client, person: Person) -> None:
    await person.go("/orders?channel=stores")
    wanted = await _orders(admin, channel={"eq": "stores"})
    rows = rows_of(await downloaded(person, of=".csv"))
    assert {row["channel"] for row in rows} == {"stores"}
    assert len({row["number"] for row in rows}) == wanted
    await person.page.keyboard.press("Escape")
    sheet = sheet_of(await downloaded(person, of=".xlsx", form="XLSX"))
    assert [row["lines.sku"] for row in sheet] == [row["lines.sku"] for row in rows]
    assert {row["channel"] for row in sheet} == {"stores"}
    await person.page.keyboard.press("Escape")
    table = parquet.read_table(BytesIO(await downloaded(person, of=".parquet", form="Parquet")))
    assert table.column("lines_sku").to_pylist() == [row["lines.sku"] for row in rows]
    assert len(set(table.column("number").to_pylist())) == wanted


async def test_what_cannot_be_asked_is_told_and_nothing_is_nothing(person: Person) -> None:
    page = person.page
    await person.go("/reports/salesBySku?from=2020-01-01&to=2020-01-31")
    await expect(page.locator("main")).to_contain_text("Nothing to report")
    await person.go("/reports/none")
    await expect(page.locator("main")).to_contain_text("There is no such report")


@pytest.mark.parametrize("look", LOOKS)
async def test_reports_have_no_barriers(company: House, browser: Browser, look: str) -> None:
    size, theme, locale = LOOKS[look]
    barriers: dict[str, list[str]] = {}
    async with at_the_console(browser, company.url, size=size, theme=theme, locale=locale) as person:
        await person.sign_in(company.stack.key)
        for name in SHOWN:
            await person.go(f"/reports/{name}?compare=PREVIOUS_PERIOD")
            await person.page.locator(".table-frame, .condition").first.wait_for()
            if found := await person.barriers():
                barriers[name] = found
            if PHOTOGRAPHED.get(name) == look:
                await person.photograph(f"report-{name}-{look}")
    assert barriers == {}
