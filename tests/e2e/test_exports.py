"""Exports over the wire: the file is whole whoever dies, and the command goes on where it was."""

import asyncio
import csv
import json
import sys
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from api.graphql.relay import uuid_of
from tests.e2e.client import Client
from tests.e2e.house import ROOT, House, eventually
from tests.e2e.test_imports import SAVE_CHANNEL, SAVE_VARIANT, orders
from tests.e2e.test_imports import ended as imported
from tests.workbooks import sheet_of

ORDERS = 5_000
ASK = """
mutation ($input: ExportOrdersInput!) {
  exportOrders(input: $input) { export { id } userErrors { code message field } }
}
"""
LOOK = "query ($id: ID!) { export(id: $id) { state done rows bytes code error link } }"


@pytest.fixture(scope="module")
async def stocked(fragile: House) -> None:
    """A channel with orders in it."""
    async with fragile.client() as client:
        await client.do(SAVE_CHANNEL, code="bulk")
        await client.do(SAVE_VARIANT)
        content = orders("exported", ORDERS)
        opened = await client.http.post("/imports?channel=bulk&format=JSONL", content=content)
        assert opened.status_code == 201, opened.text
        assert (await imported(client, opened.json()["id"]))["placed"] == ORDERS


@pytest.fixture
async def client(fragile: House, stocked: None) -> AsyncIterator[Client]:
    async with fragile.client() as client:
        yield client


async def ask(client: Client, form: str) -> str:
    asked = {"format": form, "where": {"channel": {"eq": "bulk"}}}
    return str((await client.do(ASK, input=asked))["export"]["id"])


async def ended(client: Client, export_id: str) -> dict[str, Any]:
    told: dict[str, Any] = {}

    async def over() -> bool:
        nonlocal told
        told = await client.insist(LOOK, id=export_id)
        return told["state"] in {"DONE", "FAILED"}

    await eventually(over, within_s=120, every_s=0.1)
    assert (told["state"], told["done"]) == ("DONE", 1.0), told
    return told


@pytest.mark.parametrize("form", ["XLSX", "CSV"])
async def test_a_worker_killed_and_redis_flushed_in_the_middle_cost_nothing(
    client: Client, fragile: House, form: str
) -> None:
    assert fragile.servers is not None
    export_id = await ask(client, form)
    key = uuid_of(export_id, "Export")

    async def half_way() -> bool:
        return bool(await fragile.value("SELECT rows > 500 FROM exports WHERE id = $1", key))

    await eventually(half_way, within_s=60, every_s=0.005)
    fragile.kill("worker-1")
    [left] = await fragile.rows("SELECT state, rows, epoch FROM exports WHERE id = $1", key)
    assert (left["state"], left["rows"] < ORDERS, left["epoch"]) == ("RUNNING", True, 1)
    async with Redis.from_url(fragile.servers.valkey.url) as redis:
        await redis.flushall()
    fragile.start("worker-1")
    told = await ended(client, export_id)
    got = await client.http.get(told["link"], headers={"Authorization": ""})
    assert (got.status_code, len(got.content)) == (200, told["bytes"])
    assert numbers(got.content, form) == await placed(fragile)


async def placed(house: House) -> list[int]:
    """The numbers of all orders."""
    rows = await house.rows("SELECT number FROM orders ORDER BY number")
    assert len(rows) == ORDERS
    return [row["number"] for row in rows]


def numbers(content: bytes, form: str) -> list[int]:
    if form == "XLSX":
        return [int(row["number"][0]) for row in sheet_of(content)]
    return [int(row["number"]) for row in csv.DictReader(StringIO(content.decode(), newline=""))]


async def test_the_command_exports_and_goes_on_where_it_was(
    client: Client, fragile: House, tmp_path: Path
) -> None:
    file, part, note = (tmp_path / f"orders.jsonl{more}" for more in ("", ".part", ".export"))
    words = [
        "export",
        str(file),
        "--channel",
        "bulk",
        "--since",
        "2026-11-01",
        "--until",
        "2026-11-21T00:00Z",
    ]
    words += ["--url", fragile.url, "--key", fragile.stack.key]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", *words, cwd=ROOT, env=fragile.environment
    )

    async def begun() -> bool:
        return note.exists()

    await eventually(begun, within_s=60)
    process.kill()
    await process.wait()
    exports = await fragile.value("SELECT count(*) FROM exports")

    part.write_bytes(b"x" * 1_000)  # what had arrived, as far as the command can know
    said = await fragile.command(*words)
    assert f"{ORDERS:,} rows" in said
    first, *rest = file.read_bytes().splitlines()
    assert first.startswith(b"x" * 1_000)
    assert [json.loads(line)["number"] for line in rest] == (await placed(fragile))[1:]
    assert not part.exists()
    assert not note.exists()
    assert await fragile.value("SELECT count(*) FROM exports") == exports

    await fragile.command(*words)  # it was complete: this is another one
    assert len(file.read_bytes().splitlines()) == ORDERS
    assert await fragile.value("SELECT count(*) FROM exports") == exports + 1
