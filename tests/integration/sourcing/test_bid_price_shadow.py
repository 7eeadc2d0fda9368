"""What bid prices would have saved is worked out day by day, from what was known, and touches nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.jobs.models import Job
from domain.shared.database import execute, records
from domain.shared.settings import Settings
from domain.sourcing.said import recalled
from domain.sourcing.shadowing.models import BidPriceShadow
from domain.sourcing.shadowing.shadow_between import InvalidDays, shadow_between
from domain.sourcing.shadowing.shadow_in_time import shadow_in_time
from domain.sourcing.simulating.models import SimulationChange
from tests.databases import Database
from tests.factories import OUTSIDE
from tests.integration.reevaluating.open_orders import rule_by
from tests.integration.sourcing.priced_days import BESIDE, THE_DAY, ordered, two_days
from tests.integration.sourcing.test_simulation import draft, simulated
from tests.promises import broken_promises
from workers.handling import Work
from workers.jobs.shadow_prices import shadow_prices

DAY, MORNING = THE_DAY.date(), THE_DAY + timedelta(days=1, hours=6)


async def worked_out(day: date = DAY) -> BidPriceShadow:
    payload = {"day": day.isoformat()}
    await shadow_prices(Work(payloads=[payload], settings=Settings(), outside=OUTSIDE, now=lambda: MORNING))
    return await BidPriceShadow.get(day=day)


async def test_a_draft_with_bid_prices_is_replayed_with_them(database: Database) -> None:
    first, second = await two_days()
    done = await simulated(await draft({"bidPrices": "ON"}), begin=THE_DAY, end=THE_DAY + timedelta(days=1))
    changes = {row.order_id: row for row in await SimulationChange.filter(simulation_id=done.id)}
    told = {key: (row.was["warehouses"], row.would_be["warehouses"]) for key, row in changes.items()}
    assert told == {first: (["hamburg"], ["leipzig"]), second: (["leipzig"], ["hamburg"])}
    assert "to orders to come" in str(recalled(changes[first].would_be["explanation"]))
    assert changes[first].saved_minor < 0 < changes[second].saved_minor


async def test_what_was_taken_in_later_was_not_known(database: Database) -> None:
    """Yesterday's orders that a file brought at noon cannot have had a say in the morning."""
    await two_days()
    noon = THE_DAY + timedelta(hours=12)
    await execute("UPDATE orders SET taken_in_at = $1 WHERE placed_at < $2", noon, THE_DAY)
    assert (await worked_out()).different == 0


async def test_the_whole_day_shows_what_they_would_have_saved(database: Database) -> None:
    await two_days()
    before = await records("SELECT * FROM stock_levels ORDER BY variant_id, warehouse_id")

    shadow = await worked_out()

    assert (shadow.orders, shadow.different, shadow.lines) == (2, 2, 2)
    assert (shadow.lines_filled_without, shadow.lines_filled_with) == (2, 2)
    assert shadow.minor_with < shadow.minor_without
    assert shadow.until == THE_DAY + timedelta(days=1)
    assert not shadow.counted
    assert await records("SELECT * FROM stock_levels ORDER BY variant_id, warehouse_id") == before
    assert await broken_promises() == {}


async def test_while_they_count_it_shows_the_same(database: Database) -> None:
    await two_days()
    off = await worked_out()
    await rule_by(bidPrices="ON")
    on = await worked_out()
    assert on.counted
    assert (on.minor_without, on.minor_with) == (off.minor_without, off.minor_with)
    assert on.rule_set_id != off.rule_set_id


async def test_done_again_it_says_the_same_whatever_came_later(database: Database) -> None:
    await two_days()
    first = await worked_out()
    await ordered(MORNING, BESIDE)
    await BidPriceShadow.all().delete()
    again = await worked_out()
    assert (again.minor_without, again.minor_with, again.orders) == (
        first.minor_without,
        first.minor_with,
        first.orders,
    )


async def test_each_day_that_is_over_is_asked_for_once(database: Database) -> None:
    await two_days()
    midnight = datetime.combine(DAY + timedelta(days=1), datetime.min.time(), UTC)
    await Job.all().delete()
    assert await shadow_in_time(now=midnight)  # the day before yesterday; yesterday is hardly over
    assert [job.payload["day"] for job in await Job.all()] == ["2026-11-20"]
    assert not await shadow_in_time(now=MORNING)
    await Job.all().delete()
    await worked_out(DAY - timedelta(days=1))
    assert await shadow_in_time(now=MORNING)
    assert [job.payload["day"] for job in await Job.all()] == ["2026-11-21"]
    await execute("UPDATE jobs SET state = 'DEAD'")
    assert not await shadow_in_time(now=MORNING)


async def test_days_are_asked_for_from_the_first_to_the_last(database: Database) -> None:
    await two_days()
    await worked_out()
    assert [row["day"] for row in await shadow_between(DAY - timedelta(days=5), DAY)] == [DAY]
    for first, last in ((DAY, DAY - timedelta(days=1)), (DAY - timedelta(days=92), DAY)):
        with pytest.raises(InvalidDays):
            await shadow_between(first, last)
