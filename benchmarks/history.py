"""A company's past: orders of two years, written by set-based SQL, as fast as the database takes them in."""

from pathlib import Path

import asyncpg

CHUNK = 50_000
_NETWORK, _ORDERS = (
    Path(__file__).with_name(name).read_text(encoding="utf-8")
    for name in ("past_network.sql", "past_orders.sql")
)
# A crash would only cost the benchmark.
_FAST = "SET synchronous_commit = off; SET work_mem = '256MB'; SET temp_buffers = '256MB'; SET jit = off; SELECT setseed(0.7)"


async def found_network(database_url: str) -> None:
    """The channels, warehouses and SKUs that past orders are of."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_NETWORK)
    finally:
        await connection.close()


async def write_past(database_url: str, count: int, *, open_orders: int = 0) -> None:
    """Write `count` past orders, of which the last `open_orders` are open, with all that belongs to them."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_FAST)
        for first in range(0, count, CHUNK):
            sizes = {
                "count": count,
                "open": open_orders,
                "first": first,
                "last": min(first + CHUNK, count) - 1,
            }
            async with connection.transaction():
                for name, size in sizes.items():
                    await connection.execute("SELECT set_config($1, $2, true)", f"past.{name}", str(size))
                await connection.execute(_ORDERS)
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()
