"""The past that benchmarks are made with is one that could have been."""

from datetime import UTC, datetime

from benchmarks.history import found_network, write_past
from domain.checks.run_checks import run_checks
from domain.orders.models import Order
from domain.shared.database import records
from tests.databases import Database


async def test_a_written_past_keeps_every_promise(database: Database) -> None:
    await found_network(database.url)
    await write_past(database.url, 2_000, open_orders=300)
    await write_past(database.url, 1_000)

    broken = [
        (each.name, each.violations) for each in await run_checks(now=datetime.now(UTC)) if not each.kept
    ]
    assert broken == []
    rows = await records("SELECT fulfilment_status AS status, count(*) AS orders FROM orders GROUP BY 1")
    standing = {row["status"]: row["orders"] for row in rows}
    assert sum(standing.values()) == await Order.all().count() == 3_000
    assert standing["DELIVERED"] > 2_400
    assert 200 < standing["UNFULFILLED"] < 300
