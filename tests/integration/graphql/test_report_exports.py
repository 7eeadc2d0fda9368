"""Reports as files: the columns and figures of the report, in every format, of what the key may see."""

import csv
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
import pytest

from domain.events.feed import advance_feed
from domain.exports.formats.parquet_file import ParquetAssembly
from domain.exports.formats.xlsx_file import XlsxAssembly
from domain.exports.models import Export
from domain.reporting.counting.follow import follow_feed
from domain.reporting.registry import REPORTS
from domain.shared.actor import Scope
from tests.factories import written
from tests.integration.graphql.conftest import Client, Shop
from tests.workbooks import sheet_of

ASK = """mutation ($input: ExportReportInput!) { exportReport(input: $input) {
    export { id kind fileName } userErrors { code field } } }"""
DAYS = {"from": "2026-11-21", "to": "2026-11-22", "currencyCode": "EUR", "comparison": "PREVIOUS_PERIOD"}


@pytest.fixture(autouse=True)
async def sold(shop: Shop) -> None:
    await shop.place("web", {"MUG": 3}, placed_at="2026-11-20T10:00:00Z")
    await shop.place("web", {"MUG": 2})
    await shop.place("market", {"POT": 1})
    await advance_feed()
    while await follow_feed():
        pass


async def ask(client: Client, report: str, form: str = "CSV", **about: Any) -> Any:
    asked = {"report": report, "format": form, "input": DAYS | about}
    return (await client.ask(ASK, input=asked))["exportReport"]


async def content() -> bytes:
    [export] = await Export.all().order_by("-created_at", "-id").limit(1)
    return await written(UUID(str(export.id)))


async def test_a_file_says_what_the_report_says(client: Client) -> None:
    told = await ask(client, "salesByChannel")
    assert told["userErrors"] == []
    assert told["export"] | {"id": ""} == {
        "id": "", "kind": "salesByChannel", "fileName": "salesbychannel-2026-11-22.csv",
    }  # fmt: skip
    web, market = csv.DictReader(StringIO((await content()).decode(), newline=""))
    assert (web["channel"], web["orders"], web["gross"], web["net"]) == ("web", "1", "20.00", "20.00")
    assert (web["net_before"], web["currency"]) == ("30.00", "EUR")
    assert float(web["growth"]) == pytest.approx(-1 / 3)
    assert (market["channel"], market["net_before"], market["growth"]) == ("market", "", "")


async def test_every_report_is_a_file_in_every_format(client: Client) -> None:
    for report in REPORTS:
        for form in ("CSV", "XLSX", "PARQUET", "JSONL"):
            assert (await ask(client, report.name, form))["userErrors"] == []
            await content()
    assert not await Export.exclude(state="DONE").exists()
    assert (await ask(client, "salesOverTime", "PARQUET", timezone="Asia/Kathmandu"))["userErrors"] == []
    table = pq.read_table(BytesIO(await content()))
    assert table.column("starts_at").to_pylist() == [
        datetime.fromisoformat("2026-11-20T18:15:00+00:00"), datetime.fromisoformat("2026-11-21T18:15:00+00:00"),
    ]  # fmt: skip
    assert table.column("net_minor").to_pylist() == [0, 3000]


@pytest.mark.parametrize("form", ["XLSX", "PARQUET"])
async def test_a_fault_after_the_rows_are_kept_does_not_double_them(
    client: Client, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    await ask(client, "salesByChannel", form)
    assembly = XlsxAssembly if form == "XLSX" else ParquetAssembly
    with monkeypatch.context() as broken:
        broken.setattr(assembly, "finish", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await content()
    found = await content()
    rows = (
        [row["channel"] for row in sheet_of(found)]
        if form == "XLSX"
        else pq.read_table(BytesIO(found)).column("channel").to_pylist()
    )
    assert rows == ["web", "market"]
    assert (await Export.get()).rows == 2


async def test_a_file_has_no_more_than_the_key_may_see(client: Client, shop: Shop) -> None:
    market = client.limited_to(Scope.READ, channels=frozenset({shop.market.id}))
    await ask(market, "salesByChannel", channels=["web", "market"])
    [row] = csv.DictReader(StringIO((await content()).decode(), newline=""))
    assert row["channel"] == "market"
    assert [no["code"] for no in (await ask(market, "stockAgeing"))["userErrors"]] == ["NOT_ALLOWED"]
    assert [no["code"] for no in (await ask(client, "none"))["userErrors"]] == ["UNKNOWN_REPORT"]
    assert [no["field"] for no in (await ask(client, "salesBySku", timezone="Mars"))["userErrors"]] == [
        "timezone"
    ]
