"""SHADOW_PRICES: work out what a day would have cost without and with bid prices."""

from datetime import date

from domain.sourcing.shadowing.shadow_day import shadow_day
from workers.handling import Work


async def shadow_prices(work: Work) -> None:
    """One day after the other; mostly there is one."""
    for day in {payload["day"] for payload in work.payloads}:
        await shadow_day(date.fromisoformat(day), currency=work.settings.cost_currency, now=work.now)
