"""The warehouses' people: they see what is open, and accept, pick, pack, ship and hand over.

They know nothing but the public API. A crew takes as many parcels a simulated day as its warehouse
has capacity for, works on several waves at once, and now and then finds that it can't ship one.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cli.client import Client
from cli.demo.deciding import carrier, days_on_the_way, rejection, tracking_number
from cli.demo.pace import DAY_S, Pace
from cli.demo.steps import take

WAVE_MAX: Final = 60
WAVES_AT_ONCE: Final = 4
LOOK_AGAIN_S: Final = 0.25
PICK_S: Final = 25 * 60.0  # simulated, for a wave
PACK_S: Final = 15 * 60.0
COLLECTED_AFTER_S: Final = 60 * 60.0  # the carrier's van

_OPEN: Final = """
query Open($warehouse: String!, $first: Int!) {
  fulfilmentOrders(
    first: $first, direction: ASC, where: {warehouse: {eq: $warehouse}, state: {eq: OPEN}}
  ) { nodes { id distanceKm order { externalReference } } }
}
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    id: str
    reference: str
    distance_km: float


class Allowance:
    """How many parcels a crew may take on by now, as its capacity has it; idle time isn't saved up."""

    def __init__(self, per_s: float | None, began_s: float) -> None:
        self._per_s = per_s
        self._at_s = began_s
        self._left = float(WAVE_MAX)

    def left(self, now_s: float) -> int:
        if self._per_s is None:
            return WAVE_MAX
        self._left = min(WAVE_MAX, self._left + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        return int(self._left)

    def spend(self, parcels: int) -> None:
        self._left -= parcels


class Crew:
    """The people of one warehouse."""

    def __init__(self, client: Client, warehouse: str, daily_capacity: int, pace: Pace) -> None:
        self.idle = False  # saw nothing open when it last looked, and has nothing in hand
        self._client = client
        self._warehouse = warehouse
        self._pace = pace
        per_s = None if pace.speed is None else daily_capacity * pace.speed / DAY_S
        self._allowance = Allowance(per_s, pace.began_s)
        self._waves: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Work until cancelled.

        Raises:
            ApiError: the API can't be asked.
        """
        try:
            while True:
                if not await self._take_on():
                    await asyncio.sleep(LOOK_AGAIN_S)
        finally:
            for wave in self._waves:
                wave.cancel()
            await asyncio.gather(*self._waves, return_exceptions=True)

    async def _take_on(self) -> bool:
        """Take on a wave; False if there is nothing to do, or too much in hand."""
        for wave in [wave for wave in self._waves if wave.done()]:
            self._waves.discard(wave)
            wave.result()
        picking = sum(not wave.get_name().startswith("away") for wave in self._waves)
        late = self._pace.evening.is_set()
        may = WAVE_MAX if late else self._allowance.left(asyncio.get_running_loop().time())
        if picking >= WAVES_AT_ONCE or may == 0:
            return False
        parcels = await self._look(may)
        self.idle = not parcels and not self._waves
        if not parcels:
            return False
        self._allowance.spend(len(parcels))
        accepted = await self._accept(parcels)
        self._waves.add(asyncio.create_task(self._handle(accepted)))
        return True

    async def _look(self, first: int) -> list[Parcel]:
        answer = await self._client.ask(_OPEN, warehouse=self._warehouse, first=first)
        return [
            Parcel(node["id"], node["order"]["externalReference"], node["distanceKm"] or 0.0)
            for node in answer["fulfilmentOrders"]["nodes"]
        ]

    async def _accept(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        """Reject what can't be shipped, accept the rest."""
        refused: dict[str, list[str]] = {}
        fine = []
        for parcel in parcels:
            if reason := rejection(parcel.reference, self._warehouse):
                refused.setdefault(reason, []).append(parcel.id)
            else:
                fine.append(parcel)
        for reason, ids in refused.items():
            asked = {"ids": ids, "reason": reason, "note": "demo: a day like any other"}
            await take(self._client, "reject", asked)
        return await self._step("accept", fine)

    async def _handle(self, parcels: list[Parcel]) -> None:
        parcels = await self._step("pick", parcels)
        await self._pace.let_pass(PICK_S)
        parcels = await self._step("pack", parcels)
        await self._pace.let_pass(PACK_S + COLLECTED_AFTER_S)
        parcels = await self._ship(parcels)
        task = asyncio.current_task()
        assert task is not None
        task.set_name(f"away from {self._warehouse}")
        await self._deliver(parcels)

    async def _ship(self, parcels: list[Parcel]) -> list[Parcel]:
        inputs = [
            {
                "id": parcel.id,
                "carrier": carrier(parcel.reference),
                "trackingNumber": tracking_number(parcel.reference, self._warehouse),
            }
            for parcel in parcels
        ]
        if not parcels:
            return []
        return _those(parcels, await take(self._client, "ship", {"parcels": inputs}))

    async def _deliver(self, parcels: list[Parcel]) -> None:
        """Hand over each parcel when its way is done; those of one day together."""
        by_day: dict[int, list[Parcel]] = {}
        for parcel in parcels:
            day = round(days_on_the_way(parcel.reference, parcel.distance_km))
            by_day.setdefault(day, []).append(parcel)
        gone_days = 0
        for day, arriving in sorted(by_day.items()):
            await self._pace.let_pass((day - gone_days) * DAY_S)
            gone_days = day
            await self._step("deliver", arriving)

    async def _step(self, step: str, parcels: list[Parcel]) -> list[Parcel]:
        """The parcels that took the step."""
        if not parcels:
            return []
        return _those(parcels, await take(self._client, step, {"ids": [parcel.id for parcel in parcels]}))


def _those(parcels: Sequence[Parcel], taken: Sequence[bool]) -> list[Parcel]:
    return [parcel for parcel, went in zip(parcels, taken, strict=True) if went]
