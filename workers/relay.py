"""The relay: announces what has committed, wakes workers, and puts right what got stuck.

Three loops, each of which survives a database or a Redis that goes away: the feed (positions for
committed events), the wake-ups (jobs to arq), the sweep (expired leases and holds, old rows). It
keeps nothing to itself, so it may be killed at any time, and two of them do no harm.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from arq.connections import ArqRedis

from domain.access.prune import prune_idempotency_records
from domain.board.count_minutes import POSITIONS_MAX as COUNTED_MAX
from domain.board.count_minutes import count_minutes, prune_minutes
from domain.board.reading import KEPT as MINUTES_KEPT
from domain.channels.credentials.tokens import watched_tokens
from domain.checks.request_checks import enqueue_due_checks
from domain.events.feed import BATCH_MAX, HINT_CHANNEL, adopt_restored, advance_feed, prune_feed
from domain.exports.models import EXPORTS
from domain.exports.prune import prune_exports
from domain.imports.models import IMPORTS
from domain.imports.prune import prune_imports
from domain.intake.fetching.orders import enqueue_fetches
from domain.intake.polling.poll import enqueue_polls
from domain.intake.polling.sweep import enqueue_sweeps
from domain.intake.prune import BATCH_MAX as MESSAGES_PRUNED_MAX
from domain.intake.prune import prune_messages
from domain.intake.wake_intake import wake_intake
from domain.jobs.long_work import wake_unspoken
from domain.jobs.wake import jobs_to_wake, not_woken, take_back_expired
from domain.listings.drift import drifted
from domain.listings.observe import enqueue_observations
from domain.listings.prune import prune_stock_pushes
from domain.listings.push import enqueue_pushes
from domain.listings.restate import POSITIONS_MAX, restate_changed
from domain.reporting.counting.build import build_step
from domain.reporting.counting.changes import POSITIONS_MAX as FOLLOWED_MAX
from domain.reporting.counting.follow import follow_catalogue, follow_feed
from domain.shared.actor import house
from domain.shared.clock import utc_now
from domain.shared.database import connected
from domain.shared.settings import Settings
from domain.sourcing.reevaluating.request_reevaluation import reevaluate_in_time
from domain.sourcing.shadowing.shadow_in_time import shadow_in_time
from domain.sourcing.simulating.simulate_sourcing import give_up_simulations
from domain.sourcing.wake_backorders import wake_forgotten_backorders
from domain.sourcing.wake_waiting import wake_waiting
from domain.stock.expire_holds import BATCH_MAX as HOLDS_BATCH_MAX
from domain.stock.expire_holds import expire_holds
from domain.webhooks.deliver import enqueue_deliveries
from domain.webhooks.fan_out import POSITIONS_MAX as STRETCH_MAX
from domain.webhooks.fan_out import fan_out
from domain.webhooks.prune import prune_deliveries
from workers.metrics import FED, HOLDS_EXPIRED, LISTINGS_DRIFTED, REDIS_AWAY, TOKENS_FAILING, TOKENS_GOOD
from workers.queue import REDIS_FAULTS, has_room, open_queue, wake_workers

log = structlog.stdlib.get_logger("forebay.relay")

FEED_PAUSE_S = 0.02
WAKE_PAUSE_S = 0.02
WAKE_MAX = 64
FAULT_PAUSE_S = 0.5
BACKORDER_NET = timedelta(minutes=3)
NET_INTERVAL_S = 60
SHADOW_INTERVAL_S = 600
PRUNE_INTERVAL_S = 3600
LISTINGS_PAUSE_S = 0.1
MEASURE_INTERVAL_S = 15
WEBHOOKS_PAUSE_S = 0.1
POLLS_PAUSE_S = 1.0
BOARD_PAUSE_S = 0.5
CHECKS_PAUSE_S = 30
REPORTS_PAUSE_S = 0.5  # a stretch of some hundred orders costs a third less each than one of a hundred
BUILD_PAUSE_S = 1.0


class Relay:
    """One relay's loops, over an open database."""

    def __init__(self, settings: Settings, redis_url: str) -> None:
        self._settings = settings
        self._redis_url = redis_url
        self._queue: ArqRedis | None = None
        self._opening = asyncio.Lock()

    async def run(self) -> None:
        """Relay until cancelled."""
        await _survive("adopting", adopt_restored)
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(_repeat("feed", FEED_PAUSE_S, self._feed))
                loops.create_task(_repeat("wake", WAKE_PAUSE_S, self._wake))
                loops.create_task(_repeat("sweep", self._settings.sweep_interval_s, self._sweep))
                loops.create_task(_repeat("listings", LISTINGS_PAUSE_S, _restate))
                loops.create_task(_repeat("pushes", LISTINGS_PAUSE_S, _enqueue_pushes))
                loops.create_task(_repeat("webhooks", WEBHOOKS_PAUSE_S, _fan_out))
                loops.create_task(_repeat("board", BOARD_PAUSE_S, _count_minutes))
                loops.create_task(_repeat("reports", REPORTS_PAUSE_S, _count))
                loops.create_task(_repeat("build", BUILD_PAUSE_S, _build))
                loops.create_task(_repeat("polls", POLLS_PAUSE_S, _enqueue_polls))
                loops.create_task(_repeat("checks", 0, self._enqueue_checks))
                loops.create_task(_repeat("measure", MEASURE_INTERVAL_S, _measure))
                loops.create_task(_repeat("backorders", NET_INTERVAL_S, _catch_forgotten))
                loops.create_task(_repeat("shadow", SHADOW_INTERVAL_S, _shadow))
                loops.create_task(_repeat("prune", PRUNE_INTERVAL_S, self._prune))
        finally:
            await self._close_queue()

    async def _feed(self) -> None:
        fed = BATCH_MAX
        while fed >= BATCH_MAX:
            fed = await advance_feed()
            if fed:
                FED.inc(fed)
                await self._hint()

    async def _hint(self) -> None:
        """Tell API processes to look now; they look by themselves a moment later anyway."""
        try:
            queue = await self._reach_queue()
            await queue.publish(HINT_CHANNEL, b"")
        except REDIS_FAULTS as fault:
            await self._lose_queue(fault)

    async def _wake(self) -> None:
        now = utc_now()
        wake_ups = await jobs_to_wake(now=now, rows_max=WAKE_MAX)
        if not wake_ups:
            return
        try:
            queue = await self._reach_queue()
            if await has_room(queue):
                await wake_workers(queue, wake_ups, now=now)
        except REDIS_FAULTS as fault:
            await not_woken(wake_ups)
            await self._lose_queue(fault)
            await asyncio.sleep(FAULT_PAUSE_S)

    async def _sweep(self) -> None:
        now = utc_now()
        taken_back = await take_back_expired(now=now, attempts_max=self._settings.job_attempts_max)
        if taken_back:
            log.warning("took back jobs whose worker went away", jobs=taken_back)
        if await wake_waiting(now=now):
            log.info("woke allocation for orders that no job spoke for")
        await enqueue_fetches(now=now)
        if await wake_intake(now=now):
            log.info("woke intake for messages that no job spoke for")
        for long in (IMPORTS, EXPORTS):
            if woken := await wake_unspoken(long, now=now):
                log.info("woke long work that no job spoke for", table=long.table, rows=woken)
        await give_up_simulations(now=now)
        if self._settings.reevaluation_interval_s:
            every = timedelta(seconds=self._settings.reevaluation_interval_s)
            await reevaluate_in_time(every=every, by=house("schedule"), now=now)
        expired = HOLDS_BATCH_MAX
        while expired >= HOLDS_BATCH_MAX:
            expired = await expire_holds(now=now)
            HOLDS_EXPIRED.inc(expired)

    async def _enqueue_checks(self) -> None:
        await asyncio.sleep(CHECKS_PAUSE_S)  # first, since a house that just opened has better things to do
        if self._settings.check_interval_s:
            await enqueue_due_checks(every=timedelta(seconds=self._settings.check_interval_s), now=utc_now())

    async def _prune(self) -> None:
        now = utc_now()
        await prune_feed(before=now - timedelta(days=self._settings.feed_retention_days))
        await prune_minutes(before=now - MINUTES_KEPT)
        await prune_stock_pushes(before=now - timedelta(days=self._settings.feed_retention_days))
        await prune_deliveries(before=now - timedelta(days=self._settings.feed_retention_days))
        await prune_imports(before=now - timedelta(days=self._settings.bulk_retention_days), now=now)
        await prune_exports(now=now)
        await prune_idempotency_records(
            before=now - timedelta(days=self._settings.idempotency_retention_days)
        )
        old = now - timedelta(days=self._settings.message_retention_days)
        pruned = MESSAGES_PRUNED_MAX
        while pruned >= MESSAGES_PRUNED_MAX:
            pruned = await prune_messages(before=old)

    async def _reach_queue(self) -> ArqRedis:
        async with self._opening:
            if self._queue is None:
                self._queue = await open_queue(self._redis_url)
                REDIS_AWAY.set(0)
                log.info("redis is there")
            return self._queue

    async def _lose_queue(self, fault: BaseException) -> None:
        if self._queue is not None:
            log.warning("redis is away; jobs wait in the database", fault=repr(fault))
            await self._close_queue()
        REDIS_AWAY.set(1)

    async def _close_queue(self) -> None:
        queue, self._queue = self._queue, None
        if queue is not None:
            await queue.aclose(close_connection_pool=True)


async def relay(settings: Settings, *, database_url: str, redis_url: str) -> None:
    """Relay until cancelled."""
    async with connected(database_url, pool_max=4, application="forebay-relay"):
        await Relay(settings, redis_url).run()


async def _catch_forgotten() -> None:
    woken = await wake_forgotten_backorders(now=utc_now(), within=BACKORDER_NET)
    if woken:
        log.info("woke backorders that nobody had told", orders=woken)


async def _shadow() -> None:
    await shadow_in_time(now=utc_now())


async def _restate() -> None:
    while await restate_changed(now=utc_now()) >= POSITIONS_MAX:
        pass


async def _enqueue_pushes() -> None:
    now = utc_now()
    await enqueue_pushes(now=now)
    await enqueue_observations(now=now)


async def _fan_out() -> None:
    while await fan_out(now=utc_now()) >= STRETCH_MAX:
        pass
    await enqueue_deliveries(now=utc_now())


async def _count_minutes() -> None:
    while await count_minutes() >= COUNTED_MAX:
        pass


async def _count() -> None:
    # the feed first: what was sorted anew may wait for what is new, but never the other way round
    while await follow_feed() >= FOLLOWED_MAX or await follow_catalogue():
        pass


async def _build() -> None:
    while await build_step():
        pass


async def _enqueue_polls() -> None:
    now = utc_now()
    await enqueue_polls(now=now)
    await enqueue_sweeps(now=now)


async def _measure() -> None:
    now = utc_now()
    for each in await drifted(now=now):
        LISTINGS_DRIFTED.labels(each.channel, each.drift).set(each.listings)
    for token in await watched_tokens():
        TOKENS_FAILING.labels(token.channel).set(token.failing_since is not None)
        if token.good_until is not None:
            TOKENS_GOOD.labels(token.channel).set((token.good_until - now).total_seconds())


async def _repeat(name: str, pause_s: float, step: Callable[[], Awaitable[None]]) -> None:
    while True:
        went_well = await _survive(name, step)
        await asyncio.sleep(pause_s if went_well else FAULT_PAUSE_S)


async def _survive(name: str, step: Callable[[], Awaitable[object]]) -> bool:
    """Run a step; a fault is logged and will be tried again. Whether it went well."""
    try:
        await step()
    except Exception as fault:  # noqa: BLE001 - whatever it was, the next round must come
        log.warning("relay step failed; it is tried again", step=name, fault=repr(fault))
        return False
    return True
