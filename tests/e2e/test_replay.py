"""`forebay replay`: every row of a dirty file is in the pool once or in the report, whatever interrupts it."""

import asyncio
import gzip
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from tests.e2e.house import ROOT, House, eventually


def row(number: int, channel: str, **changes: Any) -> dict[str, Any]:
    return {
        "channel": {"code": channel, "type": "webshop"},
        "external_id": f"R-{number}",
        "placed_at": "2026-01-01T08:00:00+01:00",
        "currency": "EUR",
        "customer_ref": "c-1",
        "ship_to": {"country": "DE", "lat": 52.5, "lon": 13.4},
        "lines": [{"sku": f"{channel}-cup", "name": "Cup", "qty": 2, "unit_price": "4.50"}],
        **changes,
    }


def write(path: Path, rows: Iterable[dict[str, Any] | bytes]) -> Path:
    lines = [raw if isinstance(raw, bytes) else orjson.dumps(raw) for raw in rows]
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n"))
    return path


async def start(house: House, file: Path, report: Path, *more: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", "replay", str(file),
        "--url", house.url, "--report", str(report), *more,
        cwd=ROOT,
        env=house.environment | {"FOREBAY_KEY": house.stack.key},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def replay(house: House, file: Path, report: Path, *more: str) -> str:
    """What a replay that went well has written."""
    process = await start(house, file, report, *more)
    written, _ = await process.communicate()
    assert process.returncode == 0, written.decode()
    return written.decode()


async def in_pool(house: House, channel: str) -> list[str]:
    rows = await house.rows(
        "SELECT external_reference FROM orders o JOIN channels c ON c.id = o.channel_id WHERE c.code = $1",
        channel,
    )
    return [found["external_reference"] for found in rows]


def told(report: Path) -> list[tuple[int, str]]:
    lines = [orjson.loads(line) for line in report.read_bytes().splitlines()]
    return [(line["line"], line["code"]) for line in lines]


async def test_every_row_is_in_the_pool_or_in_the_report(house: House, tmp_path: Path) -> None:
    shop = "replay-dirty"
    dirty: list[dict[str, Any] | bytes] = [
        row(1, shop),
        b"{ no json",
        row(2, shop, kind="return"),
        row(1, shop),
        row(1, shop, customer_ref="somebody else"),
        row(3, shop, currency="USD"),
        row(4, shop),
    ]
    file, report = write(tmp_path / "dirty.jsonl.gz", dirty), tmp_path / "report.jsonl"
    summary = await replay(house, file, report, "--create-missing")
    assert "Made 1 channels; saved 1 SKUs." in summary
    assert sorted(await in_pool(house, shop)) == ["R-1", "R-4"]
    assert told(report) == [
        (2, "BAD_JSON"), (3, "NOT_AN_ORDER"), (5, "REFERENCE_REUSED"), (6, "CURRENCY_MISMATCH"),
    ]  # fmt: skip


async def test_a_replay_goes_on_where_it_was_and_does_no_harm_twice(house: House, tmp_path: Path) -> None:
    shop = "replay-resumed"
    rows: list[dict[str, Any] | bytes] = [row(number, shop) for number in range(1, 10)]
    rows[4] = b"broken"
    file, report = write(tmp_path / "orders.jsonl.gz", rows), tmp_path / "report.jsonl"
    await replay(house, file, report, "--create-missing", "--limit", "3")
    assert sorted(await in_pool(house, shop)) == ["R-1", "R-2", "R-3"]

    summary = await replay(house, file, report)
    assert "Going on after line 3" in summary
    assert sorted(await in_pool(house, shop)) == [f"R-{number}" for number in (1, 2, 3, 4, 6, 7, 8, 9)]

    again = await replay(house, file, report, "--restart")
    assert "there already" in again
    assert len(await in_pool(house, shop)) == 8
    assert told(report) == [(5, "BAD_JSON")]


async def test_a_killed_replay_loses_and_doubles_nothing(house: House, tmp_path: Path) -> None:
    shop = "replay-killed"
    file = write(tmp_path / "orders.jsonl.gz", [row(number, shop) for number in range(300)])
    report = tmp_path / "report.jsonl"
    process = await start(house, file, report, "--create-missing", "--batch", "1")

    async def under_way() -> bool:
        return len(await in_pool(house, shop)) > 20

    await eventually(under_way, within_s=30)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert len(await in_pool(house, shop)) < 300

    await replay(house, file, report)
    assert sorted(await in_pool(house, shop)) == sorted(f"R-{number}" for number in range(300))
    assert told(report) == []
    await house.audit()


async def test_what_stops_a_replay_is_one_line(house: House, tmp_path: Path) -> None:
    file = write(tmp_path / "orders.jsonl.gz", [row(1, "replay-stopped")])
    report = tmp_path / "report.jsonl"
    for more, said in (
        (("--key", "forebay_nobody_knows"), "refuses this API key"),
        (
            ("--home", str(tmp_path), "--url", "http://127.0.0.1:9", "--patience", "1"),
            "is `forebay up` running",
        ),
    ):
        process = await start(house, file, report, *more)
        written, _ = await process.communicate()
        assert process.returncode == 1
        assert said in written.decode()
        assert len(written.decode().splitlines()) == 1
