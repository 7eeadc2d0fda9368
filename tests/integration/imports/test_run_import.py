"""Files of orders, worked off: every row has its fate, whatever the file holds and whoever dies."""

import asyncio
import gzip
import lzma
from typing import Any
from uuid import UUID

import orjson
import pytest

from domain.imports import run_import as module
from domain.imports.models import Import, RefusedRow
from domain.imports.prune import prune_imports
from domain.imports.refused_rows import refused_csv, refused_jsonl
from domain.imports.run_import import run_import
from domain.imports.steer import cancel_import, pause_import, resume_import
from domain.orders.models import Order, OrderLine
from domain.shared.database import fetch_value
from tests.databases import Database
from tests.factories import NOW, TESTER, make_channel, make_variant, upload

HEADER = (
    "external_id,placed_at,ship_to.country,ship_to.city,customer_ref,lines.sku,lines.qty,lines.unit_price\n"
)


@pytest.fixture(autouse=True)
async def shop(database: Database) -> None:
    await make_channel("shop")
    for sku in ("MUG", "POT"):
        await make_variant(sku)


def row(reference: str, **changes: Any) -> bytes:
    stated = {
        "external_id": reference,
        "placed_at": "2026-11-20T10:00:00+01:00",
        "currency": "EUR",
        "ship_to": {"country": "DE", "city": "Köln"},
        "lines": [{"sku": "MUG", "qty": 2, "unit_price": "9.90"}],
    }
    return orjson.dumps(stated | changes) + b"\n"


async def run(import_id: UUID) -> Import:
    while await run_import(import_id, within_s=60, now=lambda: NOW):
        pass
    return await told(import_id)


async def told(import_id: UUID) -> Import:
    found = await Import.get(id=import_id)
    assert found.placed + found.replayed + found.refused <= found.rows
    if found.format == "JSONL":
        assert found.placed + found.replayed + found.refused == found.rows
    return found


async def codes(import_id: UUID) -> dict[int, str]:
    return {each.line: each.code for each in await RefusedRow.filter(import_id=import_id).order_by("line")}


async def test_each_row_is_placed_there_already_or_refused_with_its_line() -> None:
    content = b"".join(
        (
            b"\xef\xbb\xbf" + row("1"),
            b"\n",
            row("1"),
            row("1", customer_ref="other"),
            b"no json\n",
            row("2", lines=[{"sku": "NIX", "qty": 1, "unit_price": "1.00"}]),
            row("3", kind="return"),
            row("4", channel="elsewhere"),
            row("5").rstrip(),
        )
    )
    import_id = await upload(content, channel="shop", piece_bytes=7)
    done = await run(import_id)
    assert (done.state, done.rows, done.placed, done.replayed, done.refused) == ("DONE", 8, 2, 1, 5)
    assert done.position == done.received == done.read_bytes == len(content)
    assert await codes(import_id) == {
        4: "REFERENCE_REUSED",
        5: "BAD_JSON",
        6: "UNKNOWN_SKU",
        7: "NOT_AN_ORDER",
        8: "OTHER_CHANNEL",
    }
    assert await Order.all().count() == 2


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress], ids=["gzip", "xz"])
async def test_packed_files_go_on_where_they_were(pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ORDERS_MAX", 10)
    import_id = await upload(pack(b"".join(row(str(n)) for n in range(95))), channel="shop", piece_bytes=100)
    runs = 1
    while await run_import(import_id, within_s=0, now=lambda: NOW):
        runs += 1
    done = await told(import_id)
    assert runs >= 10
    assert (done.state, done.placed, done.replayed, done.refused) == ("DONE", 95, 0, 0)


async def test_a_bomb_and_a_damaged_file_fail_and_what_came_before_stays() -> None:
    bomb = await upload(gzip.compress(row("1") + b" " * 300_000_000), channel="shop")
    failed = await run(bomb)
    assert (failed.state, failed.code, failed.placed) == ("FAILED", "DAMAGED_FILE", 1)
    whole = lzma.compress(b"".join(row(f"d{n}") for n in range(50)))
    cut = await run(await upload(whole[:-20], channel="shop"))
    assert (cut.state, cut.code) == ("FAILED", "DAMAGED_FILE")


async def test_a_row_of_ten_megabytes_is_refused_and_its_neighbours_are_not() -> None:
    content = row("1") + b'{"x": "' + b"a" * 10_000_000 + b'"}\n' + row("2")
    import_id = await upload(content, channel="shop")
    done = await run(import_id)
    assert (done.placed, done.refused) == (2, 1)
    assert await codes(import_id) == {2: "TOO_LONG"}


async def test_an_older_run_writes_nothing_any_more() -> None:
    import_id = await upload(b"".join(row(str(n)) for n in range(3_000)), channel="shop")
    await asyncio.gather(*(run_import(import_id, within_s=60, now=lambda: NOW) for _ in range(4)))
    done = await told(import_id)
    assert (done.state, done.placed, done.replayed) == ("DONE", 3_000, 0)
    assert await Order.all().count() == 3_000


async def test_pausing_resuming_and_cancelling() -> None:
    import_id = await upload(row("1"), channel="shop")
    await pause_import(import_id, by=TESTER, now=NOW)
    assert (await run(import_id)).state == "PAUSED"
    await resume_import(import_id, by=TESTER, now=NOW)
    assert await fetch_value("SELECT count(*) FROM jobs WHERE kind = 'IMPORT'") == 2
    assert (await run(import_id)).placed == 1
    other = await upload(row("2"), channel="shop")
    await cancel_import(other, by=TESTER, now=NOW)
    assert (await run(other)).state == "CANCELLED"
    assert await Order.all().count() == 1


async def test_a_csv_groups_rows_by_reference_and_reads_it_as_told() -> None:
    csv = (
        "Nr;Datum;Land;Ort;Kunde;Artikel;Menge;Preis\r\n"
        'A1;20.11.2026 10:00;DE;"Köln; am\nRhein";=1+1;MUG;2;1.009,90\r\n'
        'A1;20.11.2026 10:00;DE;"Köln; am\nRhein";=1+1;POT;1,0;5,00\r\n'
        "A2;20.11.2026 11:00;DE;Bonn;K2;MUG;-1;5,00\r\n"
        "A3;20.11.2026 11:00;DE;Bonn;K3;MUG;1;5,00\r\n"
        "A3;20.11.2026 11:00;DE;Berlin;K3;POT;1;5,00\r\n"
        "A4;20.11.2026 11:00;DE;Bonn\r\n"
    ).encode("cp1252")
    columns = {
        "external_id": "nr",
        "placed_at": "Datum",
        "ship_to.country": "Land",
        "ship_to.city": "Ort",
        "customer_ref": "Kunde",
        "lines.sku": "Artikel",
        "lines.qty": "Menge",
        "lines.unit_price": "Preis",
    }
    import_id = await upload(
        csv, channel="shop", kind="CSV", columns=columns, decimalComma=True, dateFormat="%d.%m.%Y %H:%M"
    )
    done = await run(import_id)
    assert (done.state, done.rows, done.placed, done.refused) == ("DONE", 6, 1, 3), done.error
    assert await codes(import_id) == {6: "NEGATIVE_QUANTITY", 7: "ROWS_DIFFER", 9: "BAD_CSV"}
    [order] = await Order.all()
    assert (order.external_reference, order.ship_to["city"], order.placed_at.hour) == (
        "A1",
        "Köln; am\nRhein",
        9,
    )
    prices = {line.sku: line.unit_price_minor for line in await OrderLine.all()}
    assert prices == {"MUG": 100_990, "POT": 500}

    mended = b"".join([part async for part in refused_csv(import_id)])
    assert mended.startswith(b"\xef\xbb\xbfNr;Datum;Land;Ort;Kunde;Artikel;Menge;Preis;error_line;")
    mended = mended.replace(b"'-1", b"1").replace(b"Berlin", b"Bonn").replace(b"A4;", b"A5;")
    again = await run(
        await upload(
            mended,
            channel="shop",
            kind="CSV",
            columns=columns,
            decimalComma=True,
            dateFormat="%d.%m.%Y %H:%M",
        )
    )
    assert (again.placed, again.refused) == (2, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "cp1252"])
async def test_encodings_are_told_or_detected(encoding: str) -> None:
    city = "Düsseldorf" if encoding == "cp1252" else "上海市浦东新区"
    content = (HEADER + f"1,2026-11-20T10:00Z,CN,{city},c,MUG,1,1.00\n").encode(encoding)
    ways: list[dict[str, Any]] = [{}, {"encoding": encoding}]
    for given in ways:
        done = await run(await upload(content, channel="shop", kind="CSV", **given))
        assert done.placed + done.replayed == 1, done.error
    [order] = await Order.all()
    assert order.ship_to["city"] == city


async def test_rows_of_an_order_that_stand_apart_say_what_to_do() -> None:
    told = [("1", "MUG"), ("2", "MUG"), ("1", "POT")]
    rows = [f"{ref},2026-11-20T10:00:00Z,DE,Ulm,C-1,{sku},1,9.90\n" for ref, sku in told]
    import_id = await upload((HEADER + "".join(rows)).encode(), channel="shop", kind="CSV")
    done = await run(import_id)
    assert (done.placed, done.refused) == (2, 1)
    [refused] = await RefusedRow.filter(import_id=import_id)
    assert (refused.line, refused.code) == (4, "REFERENCE_REUSED")
    assert refused.message.endswith("If the order's rows stand apart in the file, sort it by order.")


async def test_wrong_bytes_and_open_quotes_cost_their_own_rows_only() -> None:
    rows = [f"{n},2026-11-20T10:00Z,DE,Bonn,c,MUG,1,1.00" for n in range(20)]
    content = (HEADER + "\n".join(rows) + "\n").encode()
    content = content.replace(b"5,2026", b"5\xff,2026", 1).replace(b"\n7,", b'\n"7,', 1)
    import_id = await upload(content, channel="shop", kind="CSV", encoding="utf-8")
    done = await run(import_id)
    assert done.rows == 20
    assert await codes(import_id) == {7: "BAD_ENCODING", 9: "BAD_CSV"}
    assert done.placed == 18


async def test_a_csv_without_its_columns_fails_and_names_them() -> None:
    done = await run(await upload(b"a,b\n1,2\n", channel="shop", kind="CSV"))
    assert (done.state, done.code) == ("FAILED", "UNUSABLE_HEADER")
    assert "external_id" in (done.error or "")


async def test_very_many_refusals_pause() -> None:
    import_id = await upload(b"x\n" * 10, channel="shop")
    await Import.filter(id=import_id).update(pause_at=10)
    assert (await run(import_id)).state == "PAUSED"
    lines = [orjson.loads(part) async for part in refused_jsonl(import_id)]
    assert [each["_error"]["line"] for each in lines] == list(range(1, 11))
    assert lines[0]["_raw"] == "x"


async def test_what_ended_long_ago_is_forgotten() -> None:
    import_id = await upload(b"x\n", channel="shop")
    await run(import_id)
    await prune_imports(before=NOW.replace(year=2027), now=NOW)
    assert (await told(import_id)).pruned_at == NOW
    assert await fetch_value("SELECT count(*) FROM import_pieces") == 0
    assert await codes(import_id) == {}
