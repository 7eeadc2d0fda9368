"""How fast exports are written, in each format: read, rendered and kept piece by piece, by one process."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from statistics import median
from uuid import UUID

import asyncpg

from benchmarks.company import OPERATOR, orders, set_waiting_aside, take_in
from benchmarks.harness import House
from benchmarks.measuring import Meter, Result
from domain.exports.formats.names import ExportFormat
from domain.exports.kinds.orders import ORDERS, orders_now
from domain.exports.models import Export
from domain.exports.open_export import OpenExport, open_export
from domain.exports.run_export import run_export
from domain.orders.filter import OrderFilter
from domain.shared.clock import utc_now
from domain.shared.database import execute, fetch_value

EXPORTED = 40_000
APPLICATION = "forebay benchmark"  # as the harness connects


def run(house: House) -> Iterator[Result]:
    """All orders in each format; and how the last tenth of the pieces went, compared with the first."""
    house.within(lambda: _enough(house))
    for form in ExportFormat:
        yield house.within(partial(_measure, house, form))


async def _enough(house: House) -> None:
    there = await fetch_value("SELECT count(*) FROM orders")
    await take_in(orders("exported", max(0, int(EXPORTED * house.scale.share) - there), house.company.skus))
    await set_waiting_aside()
    await execute("ANALYZE orders, order_lines")


async def _measure(house: House, form: ExportFormat) -> Result:
    ask = OpenExport(kind=ORDERS.name, what=await orders_now(OrderFilter()), format=form)
    export_id = await open_export(ask, by=OPERATOR, now=utc_now())
    observer = await asyncpg.connect(house.database_url)
    meter = Meter(observer, APPLICATION, os.getpid())
    before, began = await meter.read(), time.perf_counter()
    turns = await _turns(export_id)
    seconds, cpu_s = time.perf_counter() - began, sum((await meter.read()).since(before))
    await observer.close()
    done = await Export.get(id=export_id)
    pieces, last = turns[:-1], turns[-1]  # the last one assembles the file, too
    tenth = max(1, len(pieces) // 10)
    growth = median(pieces[-tenth:]) / median(pieces[:tenth])
    return Result(
        what=f"export orders, {form}",
        measured=done.rows / seconds,
        unit="rows/s",
        note=(
            f"{done.rows / cpu_s:,.0f} for a second of CPU, PostgreSQL's included; {done.rows:,} rows, "
            f"{done.bytes / 1e6:.1f} MB; last turn {last:.1f} s; late pieces take {growth:.2f} times early ones"
        ),
    )


async def _turns(export_id: UUID) -> list[float]:
    """How long each took."""
    seconds, more = [], True
    while more:
        began = time.perf_counter()
        more = await run_export(export_id, within_s=0, keep=timedelta(days=1), now=utc_now)
        seconds.append(time.perf_counter() - began)
    return seconds
