"""Prices that raise the Lagrangian bound, found by listening to where demand exceeds supply.

Every shelf and every warehouse has its own step: longer while its excess keeps its sign, halved when it
turns. Source: Riedmiller & Braun, "A direct adaptive method for faster backpropagation learning: the RPROP
algorithm", ICNN 1993, here on subgradients, whose size still speaks through its root.
"""

from dataclasses import dataclass

import numpy as np

from domain.sourcing.optimising.lagrangian import Market, Priced, excess, price
from domain.sourcing.optimising.model import Ints, Reals
from domain.sourcing.optimising.pricing import Prices
from domain.sourcing.optimising.setting import SCALE

ROUNDS = 45
_LONGER, _SHORTER = 1.2, 0.5
_STEP_MIN, _STEP_MAX = 2.0, 5000.0 * SCALE
_STEP_SHELF, _STEP_CAPACITY = 100.0 * SCALE, 60.0 * SCALE  # at first


@dataclass(slots=True, kw_only=True)
class _Climber:
    """One family of prices on its way up."""

    supply: Ints
    open: Reals  # 1 where a price may be set, else 0
    price: Reals
    step: Reals
    highest: float
    last: Reals

    @classmethod
    def start(cls, supply: Ints, free: Reals, step: float, highest: int) -> "_Climber":
        zero = np.zeros(len(supply))
        return cls(
            supply=supply, open=free, price=zero, step=np.full(len(supply), step), highest=highest, last=zero
        )

    def listen(self, over: Ints) -> None:
        demand = over + self.supply
        share = self.open * over / np.maximum(np.maximum(demand, self.supply), 1)
        share = np.where((self.price <= 0) & (share < 0), 0.0, share)
        turn = share * self.last
        factor = np.where(turn > 0, _LONGER, np.where(turn < 0, _SHORTER, 1.0))
        self.step = np.clip(self.step * factor, _STEP_MIN, _STEP_MAX)
        moved = self.price + np.sign(share) * np.sqrt(np.abs(share)) * self.step
        self.price = np.clip(moved, 0.0, self.highest)
        self.last = share


def climb(market: Market, *, rounds: int = ROUNDS) -> tuple[Prices, Priced]:
    """The best prices met, and what they prove."""
    setting = market.setting
    top = market.price_max
    shelves = _Climber.start(setting.units, market.contested.astype(np.float64), _STEP_SHELF, top)
    capacity = setting.batch.warehouses.capacity
    sites = _Climber.start(capacity, np.ones(len(capacity)), _STEP_CAPACITY, top)
    best: tuple[Prices, Priced] | None = None
    for done in range(rounds):
        prices = Prices(shelf=_whole(shelves.price), capacity=_whole(sites.price))
        found = price(market, prices)
        if best is None or found.value > best[1].value:
            best = prices, found
        units, parcels = excess(setting, found.at)
        if market.budget.over(0.4) or (units.max() <= 0 and parcels.max() <= 0 and done == 0):
            break
        shelves.listen(units)
        sites.listen(parcels)
        market.budget.progress("prices", (done + 1) / rounds)
    assert best is not None
    return best


def _whole(price: Reals) -> Ints:
    return np.rint(price).astype(np.int64)
