"""A platform delivers a channel's orders to its webhook: some twice, some out of turn, and again until they are taken."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx2

from cli.demo.deciding import tellings
from cli.demo.platforms.shape import Known, Platform, Post, Stand, Telling
from cli.demo.sending import QUEUE_MAX, SENDERS_A_CHANNEL, TILL_CLOSES_EVERY_S, Outbox, due_together
from cli.errors import CommandError
from cli.replaying.shape import PlaceOrderInput

PATIENCE_S: Final = 60.0
AGAIN_AFTER_S: Final = 0.5
TIMEOUT_S: Final = 15.0
# What is told of an order beside its placing, or after it, happened later.
_LATER: Final = {
    Telling.PLACED: timedelta(0),
    Telling.BESIDE: timedelta(seconds=1),
    Telling.CANCELLED: timedelta(seconds=2),
}


class NotTaken(CommandError):
    """A delivery was not taken as it should be."""


class Courier:
    """One channel's deliveries. `stand` is what its platform knows, and gives out when it is asked."""

    def __init__(self, channel: str, url: str, platform: Platform, stand: Stand, outbox: Outbox) -> None:
        self.due: asyncio.Queue[PlaceOrderInput] = asyncio.Queue(QUEUE_MAX)
        self.delivered: Counter[Telling] = Counter()
        self.repeated = 0
        self._channel = channel
        self._url = f"{url}/channels/{channel}/webhook"
        self._platform = platform
        self._stand = stand
        self._outbox = outbox
        self._http = httpx2.AsyncClient(timeout=TIMEOUT_S, trust_env=False)

    async def send(self) -> None:
        """Deliver until cancelled; `due.join()` waits until all is taken.

        Raises:
            NotTaken: a delivery was refused, or not taken for a minute.
        """
        async with self._http, asyncio.TaskGroup() as couriers:
            for _ in range(SENDERS_A_CHANNEL if self._platform.together_max == 1 else 1):
                couriers.create_task(self._send())

    async def cancel(self, reference: str) -> None:
        """The platform cancels an order of its own, and says so."""
        known = self._stand.orders[reference]
        known.at, known.cancelled = _now(Telling.CANCELLED), True
        await self._deliver(self._write(Telling.CANCELLED, [known.order], known.at))
        self.delivered[Telling.CANCELLED] += 1

    async def _send(self) -> None:
        together_max = self._platform.together_max
        while True:
            orders = await due_together(self.due, together_max)
            await self._tell(orders)
            for _ in orders:
                self.due.task_done()
            await asyncio.sleep(TILL_CLOSES_EVERY_S if together_max > 1 and self.due.empty() else 0)

    async def _tell(self, orders: Sequence[PlaceOrderInput]) -> None:
        """Say what is to be said of the orders; those that share a delivery share its fate."""
        for order in orders:
            reference = order["externalReference"]
            self._stand.orders[reference] = Known(order, _now(Telling.BESIDE))
            self._outbox.under_way(self._channel, reference)
        posts: dict[Telling, Post] = {}
        for telling in tellings(orders[0]["externalReference"]):
            self.repeated += telling in posts
            if telling not in posts:
                posts[telling] = self._write(telling, orders, _now(telling))
                self.delivered[telling] += len(orders)
            await self._deliver(posts[telling])

    def _write(self, telling: Telling, orders: Sequence[PlaceOrderInput], at: datetime) -> Post:
        return self._platform.write(telling, orders, at, self._url)

    async def _deliver(self, post: Post) -> None:
        """Post it, again and again where it can't be taken now, as platforms do."""
        give_up_at = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            try:
                answer = await self._http.post(self._url, content=post.body, headers=dict(post.headers))
                status = answer.status_code
            except httpx2.TransportError:
                status = httpx2.codes.SERVICE_UNAVAILABLE
            if status == httpx2.codes.OK:
                return
            late = asyncio.get_running_loop().time() > give_up_at
            if status != httpx2.codes.SERVICE_UNAVAILABLE or late:
                raise NotTaken(f"{self._url} answers a delivery of {self._platform.name} with HTTP {status}")
            await asyncio.sleep(AGAIN_AFTER_S)


def _now(telling: Telling) -> datetime:
    """When it happened, in whole seconds, which is all that some platforms tell."""
    return datetime.now(UTC).replace(microsecond=0) + _LATER[telling]
