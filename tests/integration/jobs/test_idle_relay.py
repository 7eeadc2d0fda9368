"""While nothing happens, what the relay looks at costs reads only: no transaction id, no row."""

from datetime import timedelta

from domain.board.count_minutes import count_minutes
from domain.events.feed import advance_feed
from domain.exports.models import EXPORTS
from domain.imports.models import IMPORTS
from domain.intake.polling.poll import enqueue_polls
from domain.intake.polling.sweep import enqueue_sweeps
from domain.jobs.long_work import wake_unspoken
from domain.listings.observe import enqueue_observations
from domain.listings.push import enqueue_pushes
from domain.listings.restate import restate_changed
from domain.shared.database import execute, fetch_value
from domain.webhooks.deliver import enqueue_deliveries
from domain.webhooks.fan_out import fan_out
from tests.databases import Database
from tests.factories import NOW, make_channel, make_variant, make_warehouse, stock_up

_NEXT_ID = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


async def test_an_idle_relay_draws_no_transaction_ids(database: Database) -> None:
    await make_channel("shop")
    await make_variant("A")
    await stock_up(await make_warehouse("leipzig"), {"A": 5})
    await execute("INSERT INTO feed_consumers (name, position) VALUES ('webhooks', 0)")
    await advance_feed()
    while await restate_changed(now=NOW) or await fan_out(now=NOW) or await count_minutes():
        pass
    before = await fetch_value(_NEXT_ID)
    for round_ in range(5):
        now = NOW + timedelta(seconds=round_)
        await restate_changed(now=now)
        await fan_out(now=now)
        await count_minutes()
        await enqueue_pushes(now=now)
        await enqueue_observations(now=now)
        await enqueue_deliveries(now=now)
        await enqueue_polls(now=now)
        await enqueue_sweeps(now=now)
        for long in (IMPORTS, EXPORTS):
            await wake_unspoken(long, now=now)
    assert await fetch_value(_NEXT_ID) == before
