"""What is in exported files, in each format, whatever orders hold."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet
import pytest

from domain.channels.raw_order import RawLine, RawShipTo
from domain.exports.formats.names import ExportFormat
from domain.exports.formats.registry import FORMATS
from domain.exports.kinds import orders as kind
from domain.exports.kinds.orders import ORDERS
from domain.imports.models import Import, RefusedRow
from domain.imports.run_import import run_import
from domain.orders.place_orders import place_orders
from domain.shared.spreadsheets import inert, plain
from tests.databases import Database
from tests.factories import NOW, TESTER, ask_export, incoming, make_channel, make_variant, upload, written
from tests.workbooks import sheet_of

FORMULA = "=cmd|' /C calc'!A0"
EVIL = (FORMULA, "+1+1", "-2+3", "@SUM(A1:A9)", "\uff1d1+1", "'=1", 'a,"b"\n=1+1', "https://evil.example")


@pytest.fixture(autouse=True)
async def shop(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "ORDERS_A_PIECE", 2)
    await make_channel("shop")
    await make_channel("yen", currency="JPY")
    for sku in ("MUG", "POT"):
        await make_variant(sku)


async def place(channel: str = "shop", **stated: Any) -> None:
    lines = [
        RawLine(sku="MUG", quantity=2, unit_price="10", merchant_discount="1", tax="3"),
        RawLine(sku="POT", quantity=1, unit_price="99999999", platform_discount="7"),
    ]
    order = incoming(channel, lines, **stated)
    [placed] = await place_orders([order], by=TESTER, now=NOW)
    assert not isinstance(placed, Exception), placed


async def place_some() -> None:
    await place(
        external_reference="first",
        customer_reference=FORMULA,
        tags=["vip", "b2b"],
        priority="URGENT",
        promised_by="2026-11-25T18:00:00+01:00",
        shipping="4",
        tax="2",
        ship_to=RawShipTo(
            country_code="CN", name="张伟", line1=EVIL[6], city="上海", latitude=-31.25, longitude=121.5
        ),
    )
    for number, evil in enumerate(EVIL):
        await place(external_reference=f"evil-{number}", customer_reference=evil)
    await place("yen", external_reference="third", currency_code="JPY")


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


async def test_a_csv_has_a_row_for_each_line_and_computes_nothing() -> None:
    await place_some()
    content = await written(await ask_export("CSV"))
    assert content.count(b"channel,external_id,number,") == 1
    rows = rows_of(content)
    assert len(rows) == 2 * (2 + len(EVIL))
    first, second = rows[:2]
    same = {name for name in first if not name.startswith("lines.")}
    assert {name for name in same if first[name] != second[name]} == set()
    assert {name: first[name] for name in ("tags", "shipping", "tax", "all_tax", "total", "promised_by")} == {
        "tags": "b2b;vip",
        "shipping": "4.00",
        "tax": "2.00",
        "all_tax": "5.00",
        "total": "100000020.00",
        "promised_by": "2026-11-25T17:00:00Z",
    }
    assert (second["lines.sku"], second["lines.qty"], second["lines.platform_discount"]) == (
        "POT",
        "1",
        "7.00",
    )
    assert (first["ship_to.lat"], first["ship_to.name"], first["ship_to.line2"]) == ("-31.25", "张伟", "")
    assert rows[-1]["total"] == "100000014"  # yen have no cents
    computed = [
        cell for row in rows for cell in row.values() if cell[:1] in set("=+@-\t\r\n") and cell != "-31.25"
    ]
    assert computed == []
    assert [plain(row["customer_ref"]) for row in rows[2:-2:2]] == list(EVIL)


@pytest.mark.parametrize("bom", [True, False])
async def test_a_csv_begins_with_a_mark_if_asked(*, bom: bool) -> None:
    content = await written(await ask_export("CSV", bom=bom))
    assert content.startswith(b"\xef\xbb\xbfchannel,") == bom
    assert content.startswith(b"channel,") != bom
    assert content.endswith(b"lines.delivered\r\n")  # no order, and still a table


@pytest.mark.parametrize("text", [*EVIL, "", "'", "''=1", "plain", "\ttab", "\uff201"])
def test_a_quote_that_is_put_before_a_formula_can_be_taken_away(text: str) -> None:
    assert inert(text)[:1] not in set("=+-@\t\uff1d\uff20")
    assert plain(inert(text)) == text


@pytest.mark.parametrize("form", ["CSV", "JSONL"])
async def test_what_is_exported_says_the_same_when_it_is_imported(form: str) -> None:
    await place_some()
    content = await written(await ask_export(form))
    if form == "CSV":
        content = b"".join(line + b"\r\n" for line in content.split(b"\r\n") if not line.startswith(b"yen,"))
    import_id = await upload(content, channel="shop", kind=form)
    assert not await run_import(import_id, within_s=60, now=lambda: NOW)
    done = await Import.get(id=import_id)
    refused = [row.code for row in await RefusedRow.filter(import_id=import_id)]
    assert (done.placed, done.replayed) == (0, 1 + len(EVIL)), refused
    assert refused == ([] if form == "CSV" else ["OTHER_CHANNEL"])


async def test_jsonl_has_an_order_with_its_lines_as_an_object() -> None:
    await place_some()
    first, *_, last = map(orjson.loads, (await written(await ask_export("JSONL"))).splitlines())
    assert (first["customer_ref"], first["tags"], first["all_tax"]) == (FORMULA, ["b2b", "vip"], "5.00")
    assert first["ship_to"]["lat"] == -31.25
    assert [line["unit_price"] for line in first["lines"]] == ["10.00", "99999999.00"]
    assert (last["channel"], last["total"], last["promised_by"]) == ("yen", "100000014", None)
    assert last["placed_at"] == "2026-11-22T11:00:00Z"


async def test_a_workbook_has_texts_numbers_and_times_and_no_formula() -> None:
    await place_some()
    rows = sheet_of(await written(await ask_export("XLSX")))
    assert len(rows) == 2 * (2 + len(EVIL))
    assert [row["customer_ref"] for row in rows[2:-2:2]] == list(EVIL)
    assert rows[0]["total"] == (100_000_020.0, "#,##0.00")
    assert rows[-1]["total"] == (100_000_014.0, "#,##0")
    assert rows[0]["promised_by"] == (pytest.approx(46351 + 17 / 24), "yyyy-mm-dd hh:mm:ss")
    assert rows[0]["lines.qty"] == (2.0, "")
    assert "promised_by" not in rows[-1]


async def test_a_workbook_of_nothing_can_be_opened() -> None:
    assert sheet_of(await written(await ask_export("XLSX"))) == []


async def test_parquet_has_types_minor_units_and_few_row_groups() -> None:
    await place_some()
    file = pa.parquet.ParquetFile(BytesIO(await written(await ask_export("PARQUET"))))
    assert file.metadata.num_row_groups == 1
    table = file.read()
    assert table.num_rows == 2 * (2 + len(EVIL))
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["placed_at"], types["total_minor"], types["ship_to_lat"], types["tags"]) == (
        "timestamp[us, tz=UTC]",
        "int64",
        "double",
        "list<element: string>",
    )
    first, last = table.slice(0, 1).to_pylist()[0], table.slice(table.num_rows - 1, 1).to_pylist()[0]
    assert (first["total_minor"], first["currency"], first["tags"]) == (10_000_002_000, "EUR", ["b2b", "vip"])
    assert (last["total_minor"], last["currency"], last["customer_ref"]) == (100_000_014, "JPY", None)
    assert first["promised_by"] == datetime(2026, 11, 25, 17, tzinfo=UTC)


async def test_parquet_of_nothing_has_its_columns() -> None:
    table = pa.parquet.read_table(BytesIO(await written(await ask_export("PARQUET"))))
    assert (table.num_rows, table.num_columns) == (0, len(ORDERS.columns))


@pytest.mark.parametrize("form", ExportFormat)
def test_which_formats_are_assembled_is_said_once(form: ExportFormat) -> None:
    assert (FORMATS[form].assembly(ORDERS.columns, rows=0) is not None) == form.assembled
