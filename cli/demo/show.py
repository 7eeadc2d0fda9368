"""The demo itself, over a stack that runs: set up, replay, watch, settle, read back, compare."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from cli.client import Client
from cli.demo.arriving import look_up, messages_waiting
from cli.demo.channels import PlatformChannels
from cli.demo.company import Company
from cli.demo.desk import Desk
from cli.demo.display import Display
from cli.demo.journey import Journey
from cli.demo.outcome import Outcome, troubles_of
from cli.demo.pace import Pace
from cli.demo.platforms.server import PlatformServer
from cli.demo.sending import Outbox, Sender, hand_out
from cli.demo.staff import Crew
from cli.demo.stocking import opening_stock, replenishments
from cli.demo.supplying import receive_delivery, save_company, save_products, stock_up
from cli.demo.tally import Pulse, Tally
from cli.demo.verifying import orders_waiting, verify
from cli.demo.view import Scene
from cli.errors import CommandError
from cli.event_stream import OrderEvent, order_events
from cli.stack import Stack

SETTLED_LATEST_S: Final = 60.0  # after the last order, and so much more for each order:
SETTLED_PER_ORDER_S: Final = 0.1
LOOK_EVERY_S: Final = 0.2
UNDECIDED_FOR_S: Final = 20.0
SPARKLINE_S: Final = 40
QUIET_S: Final = 0.6  # nothing new on the feed for so long: it is all here


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command was asked for. `speed` None: as fast as it goes."""

    speed: float | None
    began_s: float  # of the monotonic clock
    began_at: datetime


class Show:
    """One run of the demo."""

    def __init__(
        self,
        client: Client,
        *,
        stack: Stack,
        server: PlatformServer,
        company: Company,
        journey: Journey,
        asked: Asked,
        display: Display,
        unstaffed: Collection[str] = (),
    ) -> None:
        """`unstaffed` warehouses have no people of their own."""
        self._client = client
        self._stack = stack
        self._server = server
        self._company = company
        self._journey = journey
        self._asked = asked
        self._display = display
        self._unstaffed = unstaffed
        self._stage = "setting up"
        self._tally = Tally(
            (channel.code for channel in company.channels),
            (warehouse.code for warehouse in company.warehouses),
        )
        self._outbox = Outbox()
        self._platforms = PlatformChannels(
            client, stack.url, server=server, company=company, journey=journey, outbox=self._outbox
        )
        self._desk: Desk | None = None
        self._senders: dict[str, Sender] = {}
        self._crews: list[Crew] = []
        self._in_pulse, self._decided_pulse = Pulse(SPARKLINE_S), Pulse(SPARKLINE_S)
        self._heard_s = 0.0
        self._pace = Pace(0.0, datetime.now(UTC), None)
        self._deliveries: set[asyncio.Task[None]] = set()

    async def run(self) -> Outcome:
        """Set up, replay, settle, read back.

        Raises:
            CommandError: a process of the stack ended, or the API can't be asked.
        """
        await self.set_up()
        following = asyncio.Event()
        async with alongside(self._watch_stack(), self._follow(following), self._platforms.watch()):
            await following.wait()
            async with self._business() as desk, self._display.showing(self._scene):
                await self._hand_out()
                await self._call_it_a_day(desk)
        return await self._outcome(desk)

    async def trade(self) -> None:
        """Replay, on a company that is set up; what is open after the last order stays so.

        Raises:
            CommandError: a process of the stack ended, or the API can't be asked.
        """
        async with alongside(self._watch_stack()), self._business():
            await self._hand_out()

    async def set_up(self) -> None:
        """Places, channels, products, and full shelves."""
        stock = opening_stock(self._journey, self._company)
        products = self._journey.products
        await save_company(self._client, self._company, self._server)
        with self._display.step("products", len(products)) as advance:
            await save_products(self._client, products, advance)
        with self._display.step("shelves filled", len(stock)) as advance:
            await stock_up(self._client, stock, advance)
        await self._platforms.list_assortments(self._display)

    def _started(self) -> Pace:
        first = datetime.fromisoformat(self._journey.orders[0]["placedAt"])
        return Pace(asyncio.get_running_loop().time(), first, self._asked.speed)

    @asynccontextmanager
    async def _business(self) -> AsyncIterator[Desk]:
        """Channels sell, warehouses work and customers call, for as long as the block lasts."""
        self._pace = self._started()
        desk = self._desk = Desk(self._client, self._pace, self._platforms.cancels)
        self._senders = {
            channel.code: Sender(self._client, self._outbox, desk.placed)
            for channel in self._company.channels
            if not channel.platform
        }
        self._crews = [
            Crew(self._client, warehouse.code, warehouse.daily_capacity, self._pace)
            for warehouse in self._company.warehouses
            if warehouse.code not in self._unstaffed
        ]
        try:
            async with alongside(
                *(sender.send() for sender in self._senders.values()),
                *(courier.send() for courier in self._platforms.couriers.values()),
                *(crew.work() for crew in self._crews),
            ):
                yield desk
        finally:
            await desk.close()

    async def _hand_out(self) -> None:
        self._stage = "replaying real orders"
        arriving = self._arriving()
        await hand_out(
            self._journey.orders,
            {**self._senders, **self._platforms.couriers},
            self._pace,
            outbox=self._outbox,
            on_sent=lambda sent: self._receive_due(arriving, sent),
        )
        await asyncio.gather(*self._deliveries)

    async def _call_it_a_day(self, desk: Desk) -> None:
        self._stage = "all orders are in; the people finish their day"
        self._pace.evening.set()
        await self._all_arrived()
        await desk.settle()
        await self._settle(self._crews)
        self._stage = "done"

    def _arriving(self) -> dict[int, list[Any]]:
        rows = replenishments(self._journey, self._company)
        return {after: list(rows) for after, rows in groupby(rows, key=lambda row: row.after_order)}

    def _receive_due(self, arriving: dict[int, list[Any]], sent: int) -> None:
        self._in_pulse.beat(time.monotonic())
        if delivery := arriving.pop(sent, None):
            self._deliveries.add(asyncio.create_task(receive_delivery(self._client, delivery)))

    async def _all_arrived(self) -> None:
        """Wait until of all that was delivered it is known what became of it, but not for ever."""
        give_up_s = self._give_up_s()
        while self._outbox.underway and time.monotonic() < give_up_s:
            if time.monotonic() - self._heard_s > QUIET_S:
                await look_up(self._client, self._outbox)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _settle(self, crews: list[Crew]) -> None:
        """Wait until every order is decided, every parcel delivered and every platform told, but not for ever."""
        give_up_s = self._give_up_s()
        while time.monotonic() < give_up_s:
            if self._is_quiet() and all(crew.idle for crew in crews) and not await self._waiting():
                return
            await asyncio.sleep(LOOK_EVERY_S)

    def _give_up_s(self) -> float:
        return time.monotonic() + SETTLED_LATEST_S + len(self._journey.orders) * SETTLED_PER_ORDER_S

    def _is_quiet(self) -> bool:
        """The feed has told of everything that was placed, everything left, and nothing more comes."""
        complete = self._tally.total().placed >= self._outbox.new
        quiet = time.monotonic() - self._heard_s > QUIET_S
        return complete and quiet and self._tally.parcels_underway == 0

    async def _waiting(self) -> bool:
        """Whether an order waits for a decision, a message to be worked off, or a listing to be heard."""
        if await orders_waiting(self._client) or await messages_waiting(self._client):
            return True
        return await self._platforms.look() > 0

    async def _left_waiting(self) -> int:
        """Orders that stay undecided: a backorder that is just being looked at again is not one."""
        give_up = time.monotonic() + UNDECIDED_FOR_S
        while True:
            waiting = await orders_waiting(self._client)
            if not waiting or time.monotonic() > give_up:
                return waiting
            await asyncio.sleep(LOOK_EVERY_S)

    async def _follow(self, following: asyncio.Event) -> None:
        """Everything the picture shows comes from here: the public event stream."""
        stream = order_events(self._stack.url, self._stack.key)
        async with aclosing(stream) as events:
            async for event in events:
                following.set()
                decided = self._tally.decided
                self._tally.take(event, heard_at=datetime.now(UTC))
                self._heard_s = time.monotonic()
                if self._tally.decided > decided:
                    self._decided_pulse.beat(self._heard_s)
                if event.kind == "ORDER_PLACED":
                    self._arrived(event)

    def _arrived(self, event: OrderEvent) -> None:
        """An order that was delivered to a webhook is in the pool."""
        key = event.payload["channel"], event.payload["externalReference"]
        if key in self._outbox.underway and self._desk:
            self._outbox.arrive(key, event.order_id)
            self._desk.placed(key, event.order_id)

    async def _watch_stack(self) -> None:
        while True:
            if dead := self._stack.dead():
                raise CommandError(f"{dead.role} ended by itself; {dead.log} says why.")
            await asyncio.sleep(LOOK_EVERY_S)

    def _scene(self) -> Scene:
        now_s = time.monotonic()
        replaying = self._outbox.sent < len(self._journey.orders)
        return Scene(
            tally=self._tally,
            channel_names={channel.code: channel.name for channel in self._company.channels},
            channels=self._platforms.scenes(
                {code: each.placed for code, each in self._tally.channels.items()}
            ),
            stage=self._stage,
            sent=self._outbox.sent,
            orders=len(self._journey.orders),
            elapsed_s=now_s - self._asked.began_s,
            simulated=self._pace.simulated(asyncio.get_running_loop().time()) if replaying else None,
            speed=self._asked.speed,
            in_history=self._in_pulse.history(now_s),
            allocated_history=self._decided_pulse.history(now_s),
            in_rate=self._in_pulse.rate(now_s),
            allocated_rate=self._decided_pulse.rate(now_s),
            where=where_to_look(self._stack),
            currency=self._company.cost_currency,
        )

    async def _outcome(self, desk: Desk) -> Outcome:
        outbox = self._outbox
        with self._display.step("orders read back", len(outbox.placed)) as advance:
            verdict = await verify(
                self._client,
                outbox.placed,
                advance,
                refused=outbox.refused.keys(),
                cancelled=self._platforms.cancelled,
            )
        waiting = await self._left_waiting()
        channels = await self._platforms.outcomes(verdict.orders, self._display)
        first = self._tally.first_allocated_at
        return Outcome(
            tally=self._tally,
            verdict=verdict,
            outbox=outbox,
            channels=channels,
            called=desk.done,
            seconds=time.monotonic() - self._asked.began_s,
            first_allocated_s=None if first is None else (first - self._asked.began_at).total_seconds(),
            troubles=troubles_of(verdict, self._tally, outbox, channels, waiting=waiting),
        )


@asynccontextmanager
async def alongside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `works` for as long as the block lasts; if one fails, the block ends with its exception."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


def where_to_look(stack: Stack) -> tuple[tuple[str, str], ...]:
    return (
        ("console", stack.console),
        ("GraphQL", f"{stack.url}/graphql"),
        ("live events", f"{stack.url}/graphql/stream (SSE), {stack.url.replace('http', 'ws', 1)}/graphql"),
        ("admin key", f"in {stack.home / 'up.json'}"),
        ("another terminal", f"FOREBAY_HOME={stack.home} forebay status | check"),
        ("logs", str(stack.home / "logs")),
    )
