"""The demo's clock: when an order of 2017 is due today, and how long a simulated hour lasts."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Pace:
    """`speed` is a multiple of real time; None: as fast as it goes. `began_s` is on the loop's clock."""

    began_s: float
    first: datetime
    speed: float | None
    evening: asyncio.Event = field(default_factory=asyncio.Event)  # set: what is left is done at once

    def due_s(self, placed_at: datetime) -> float:
        """When an order placed then is sent, on the loop's clock."""
        if self.speed is None:
            return self.began_s
        return self.began_s + (placed_at - self.first).total_seconds() / self.speed

    def simulated(self, now_s: float) -> datetime | None:
        """What the clock on the demo's wall shows; None where there is no meaning in it."""
        if self.speed is None:
            return None
        return self.first + timedelta(seconds=(now_s - self.began_s) * self.speed)

    def seconds(self, simulated_s: float) -> float:
        """How long something lasts that takes `simulated_s` in the demo's world."""
        return 0.0 if self.speed is None else simulated_s / self.speed

    async def let_pass(self, simulated_s: float) -> None:
        """Wait for so long, or until the evening."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.seconds(simulated_s)):
                await self.evening.wait()
