"""Files of orders over the wire: uploads that break off, workers that die, errors that are mended."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.e2e.client import Client
from tests.e2e.house import House, eventually

SAVE_CHANNEL = """
mutation ($code: String!) {
  saveChannel(input: {code: $code, name: $code, kind: ONLINE_STORE, currencyCode: "EUR", timezone: "UTC"}) {
    userErrors { code message }
  }
}
"""
SAVE_VARIANT = """
mutation { saveVariants(input: {variants: [{sku: "BULK", name: "Bulk", weightG: 100}]}) { userErrors { code } } }
"""
LOOK = "query ($id: ID!) { import(id: $id) { state rows placed replayed refused done errors(first: 5) { nodes { line code } } } }"


def orders(prefix: str, count: int) -> bytes:
    stated = {
        "placed_at": "2026-11-20T10:00:00Z",
        "ship_to": {"country": "DE"},
        "lines": [{"sku": "BULK", "qty": 1, "unit_price": "1.00"}],
    }
    rows = (json.dumps({"external_id": f"{prefix}-{number}", **stated}) for number in range(count))
    return "\n".join(rows).encode() + b"\n"


@pytest.fixture
async def bulk(fragile: House) -> AsyncIterator[Client]:
    async with fragile.client() as client:
        await client.do(SAVE_CHANNEL, code="bulk")
        await client.do(SAVE_VARIANT)
        yield client


async def ended(client: Client, import_id: str) -> Any:
    told: dict[str, Any] = {}

    async def over() -> bool:
        nonlocal told
        told = await client.insist(LOOK, id=import_id)
        return told["state"] in {"DONE", "FAILED"}

    await eventually(over, within_s=90, every_s=0.1)
    return told


async def test_a_file_arrives_in_parts_and_each_row_once(bulk: Client) -> None:
    content = gzip.compress(orders("parts", 700) + b"broken\n" + orders("parts", 3))
    query = "/imports?channel=bulk&format=JSONL"
    half = len(content) // 2
    opened = await bulk.http.post(query, content=content[:half], headers={"Upload-Complete": "?0"})
    assert opened.status_code == 201, opened.text
    path = opened.headers["location"]
    known = await bulk.http.head(path)
    assert (known.headers["upload-offset"], known.headers["upload-complete"]) == (str(half), "?0")
    wrong = await bulk.http.patch(path, content=content[half:], headers={"Upload-Offset": "0"})
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, str(half))
    rest = await bulk.http.patch(path, content=content[half:], headers={"Upload-Offset": str(half)})
    assert rest.status_code == 204
    # who did not hear that sends what follows what is there: nothing, and that it is all
    again = await bulk.http.patch(path, headers={"Upload-Offset": str(len(content))})
    assert (again.status_code, again.headers["upload-complete"]) == (204, "?1")
    told = await ended(bulk, opened.json()["id"])
    assert (told["state"], told["done"]) == ("DONE", 1.0)
    assert (told["rows"], told["placed"], told["replayed"], told["refused"]) == (704, 700, 3, 1)
    assert told["errors"]["nodes"] == [{"line": 701, "code": "BAD_JSON"}]
    errors = await bulk.http.get(f"{path}/errors.jsonl")
    assert json.loads(errors.content)["_raw"] == "broken"


async def test_a_worker_killed_in_the_middle_costs_nothing(bulk: Client, fragile: House) -> None:
    content = orders("killed", 8_000)
    opened = await bulk.http.post("/imports?channel=bulk&format=JSONL", content=content)
    assert opened.status_code == 201, opened.text
    import_id = UUID(opened.headers["location"].rpartition("/")[2])

    async def half_way() -> bool:
        return bool(await fragile.value("SELECT rows > 1000 FROM imports WHERE id = $1", import_id))

    await eventually(half_way, within_s=60)
    fragile.kill("worker-1")
    assert await fragile.value("SELECT state FROM imports WHERE id = $1", import_id) == "RUNNING"
    fragile.start("worker-1")
    told = await ended(bulk, opened.json()["id"])
    assert (told["state"], told["rows"], told["placed"], told["replayed"]) == ("DONE", 8_000, 8_000, 0)
    placed = await fragile.value("SELECT count(*) FROM orders WHERE external_reference LIKE 'killed-%'")
    assert placed == 8_000


async def test_the_command_imports_and_writes_what_is_to_mend(
    bulk: Client, fragile: House, tmp_path: Path
) -> None:
    file, map_, errors = tmp_path / "orders.csv", tmp_path / "map.json", tmp_path / "errors.csv"
    rows = ["No,Article,Qty,external,Price", *(f"c{n},BULK,{n},x,1.00" for n in range(3))]
    file.write_text("\n".join(rows) + "\n")
    columns = {"external_id": "No", "lines.sku": "Article", "lines.qty": "Qty", "lines.unit_price": "Price"}
    constants = {"placed_at": "2026-11-20", "ship_to.country": "DE"}
    map_.write_text(json.dumps({"columns": columns, "constants": constants}))
    words = ("import", str(file), "--channel", "bulk", "--columns", str(map_), "--errors", str(errors))
    for _ in range(2):  # the second finds the first
        said = await fragile.command(*words, "--url", fragile.url, "--key", fragile.stack.key)
        assert "refused" in said
    assert await fragile.value("SELECT count(*) FROM imports WHERE file_name = 'orders.csv'") == 1
    assert "ZERO_QUANTITY" in errors.read_text()


async def test_who_may_not_write_orders_uploads_nothing(fragile: House, bulk: Client) -> None:
    before = await fragile.value("SELECT count(*) FROM imports")
    async with fragile.client(await fragile.make_key("reader", "READ")) as reader:
        refused = await reader.http.post("/imports?channel=bulk", content=orders("no", 1))
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "NOT_ALLOWED")
    async with fragile.client("forebay_wrong") as stranger:
        assert (await stranger.http.post("/imports?channel=bulk", content=b"x")).status_code == 401
    odd = await bulk.http.post("/imports?channel=bulk", content=b"x", headers={"Content-Encoding": "br"})
    assert odd.status_code == 400
    assert await fragile.value("SELECT count(*) FROM imports") == before
