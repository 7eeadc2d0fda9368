"""The channels that come in their platforms' own formats: delivered, told of stock, and compared in the end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cli.client import Client
from cli.demo.company import Company, DemoChannel
from cli.demo.delivering import Courier
from cli.demo.display import Display
from cli.demo.journey import Journey
from cli.demo.listing import Agreement, compare, save_listings, unheard
from cli.demo.outcome import ChannelOutcome
from cli.demo.platforms.registry import PLATFORMS
from cli.demo.platforms.server import PlatformServer
from cli.demo.platforms.shape import Platform, Stand, StockSide
from cli.demo.sending import Key, Outbox
from cli.demo.tally import quantile
from cli.demo.view import ChannelScene

LOOK_EVERY_S: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Played:
    """A channel, its platform, what that knows of it, and who delivers its orders."""

    channel: DemoChannel
    platform: Platform
    stand: Stand
    courier: Courier
    assortment: tuple[str, ...]  # SKUs; empty where the platform is told of no stock

    @property
    def side(self) -> StockSide | None:
        """Where it is told about stock."""
        return self.platform.stock


def _played(
    channel: DemoChannel,
    name: str,
    url: str,
    *,
    server: PlatformServer,
    journey: Journey,
    outbox: Outbox,
) -> _Played:
    platform, stand = PLATFORMS[name], server.stands[channel.code]
    return _Played(
        channel=channel,
        platform=platform,
        stand=stand,
        courier=Courier(channel.code, url, platform, stand, outbox),
        assortment=journey.assortments[channel.code] if platform.stock else (),
    )


class PlatformChannels:
    """All channels of `company` that have a platform; these are played at `server`."""

    def __init__(
        self,
        client: Client,
        url: str,
        *,
        server: PlatformServer,
        company: Company,
        journey: Journey,
        outbox: Outbox,
    ) -> None:
        self._client = client
        self._outbox = outbox
        self._played = [
            _played(channel, channel.platform, url, server=server, journey=journey, outbox=outbox)
            for channel in company.channels
            if channel.platform
        ]
        self._unheard: Counter[str] = Counter()

    @property
    def couriers(self) -> Mapping[str, Courier]:
        """Who delivers the orders of each channel."""
        return {each.channel.code: each.courier for each in self._played}

    @property
    def cancels(self) -> Mapping[str, Callable[[str], Awaitable[None]]]:
        """How the platform of each channel cancels an order, by its reference."""
        return {code: courier.cancel for code, courier in self.couriers.items()}

    @property
    def cancelled(self) -> set[Key]:
        """The orders that were cancelled at their platforms."""
        return {
            (each.channel.code, reference)
            for each in self._played
            for reference, known in each.stand.orders.items()
            if known.cancelled
        }

    async def list_assortments(self, display: Display) -> None:
        """Say what each platform sells, which is then told how much of it."""
        with display.step(
            "listed by platforms", sum(len(each.assortment) for each in self._played)
        ) as advance:
            # the smallest first: whoever is told first has the others wait for a while
            for each in sorted(self._played, key=lambda each: len(each.assortment)):
                if each.side:
                    await save_listings(self._client, each.channel.code, each.assortment, each.side, advance)

    async def watch(self) -> None:
        """Count what has yet to be heard, again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """How many listings have yet to confirm the latest."""
        for each in self._played:
            if each.side:
                self._unheard[each.channel.code] = await unheard(self._client, each.channel.code)
        return self._unheard.total()

    def scenes(self, placed: Mapping[str, int]) -> tuple[ChannelScene, ...]:
        """What is to be seen of each channel; `placed` orders are in the pool."""
        return tuple(self._scene(each, placed[each.channel.code]) for each in self._played)

    def _scene(self, played: _Played, placed: int) -> ChannelScene:
        channel = played.channel
        return ChannelScene(
            name=channel.name,
            kind=channel.kind,
            platform=played.platform.name,
            placed=placed,
            repeated=played.courier.repeated,
            listings=len(played.assortment),
            unheard=self._unheard[channel.code],
            told=played.stand.told,
            lag_s=quantile(self._outbox.lags_s.get(channel.code, ()), 0.5),
        )

    async def outcomes(self, in_pool: Mapping[str, int], display: Display) -> list[ChannelOutcome]:
        """What became of each channel: its orders, and what its platform holds."""
        with display.step("listings compared", sum(len(each.assortment) for each in self._played)) as advance:
            return [await self._outcome(each, in_pool[each.channel.code], advance) for each in self._played]

    async def _outcome(self, played: _Played, in_pool: int, advance: Callable[[int], None]) -> ChannelOutcome:
        code, agreement = played.channel.code, Agreement()
        if played.side:
            agreement = await compare(self._client, code, played.side, played.stand, advance)
        return ChannelOutcome(
            name=played.channel.name,
            platform=played.platform.name,
            sent=len(played.stand.orders),
            in_pool=in_pool,
            refused=sum(channel == code for channel, _ in self._outbox.refused),
            repeated=played.courier.repeated,
            tellings=played.courier.delivered,
            told=played.stand.told,
            turned_away=played.stand.turned_away,
            agreement=agreement,
        )
