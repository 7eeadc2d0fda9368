"""One day under one policy: orders come, what waits is planned anew every quarter of an hour, then it is picked."""

from dataclasses import dataclass, replace
from time import process_time

import numpy as np

from benchmarks.online_day.arriving import Floor
from benchmarks.online_day.making import DAY_MIN, Asked, Day, one_day, some_orders
from domain.sourcing.optimising import UNFILLED, Batch, Incumbent, Terms
from domain.sourcing.optimising.bid_prices import BidPrices, at_prices, bid_prices
from domain.sourcing.optimising.model import Flags, Ints
from domain.sourcing.optimising.options import costs
from domain.sourcing.optimising.replan import replan
from domain.sourcing.optimising.setting import lay_out

STEP_MIN = 15
PRICES_MIN = 30  # how often bid prices are asked again
SAMPLE = 2_000  # orders of past days that stand for those to come
LIMIT_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a shop lives through its day."""

    name: str
    bids: bool = False
    hold_min: int = 0  # minutes after its arrival that an order may still be moved; 0: never


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lived:
    freight_minor: int
    unfilled: Ints  # (P,) lines
    cost_minor: int
    slowest_s: float = 0.0  # CPU, of a re-evaluation
    promises_broken: int = 0


def live(asked: Asked, way: Way) -> Lived:
    """Nothing of today is known before it arrives; `asked.past` is all that is foreseen."""
    course = _Course.begin(asked, way)
    for now in range(0, DAY_MIN, STEP_MIN):
        course.step(now)
    lived = outcome(asked.today.batch, course.floor.at)
    return replace(lived, slowest_s=course.slowest_s, promises_broken=course.broken)


@dataclass(slots=True, kw_only=True, eq=False)
class _Course:
    way: Way
    today: Day
    past: Day  # of all past days together
    days: int
    floor: Floor
    prices: BidPrices
    picked: Flags  # (L,)
    slowest_s: float = 0.0
    broken: int = 0

    @classmethod
    def begin(cls, asked: Asked, way: Way) -> "_Course":
        batch = asked.today.batch
        return cls(
            way=way,
            today=asked.today,
            past=one_day(asked.past),
            days=len(asked.past),
            floor=Floor.full(batch),
            prices=BidPrices.nothing(batch),
            picked=np.zeros(len(batch.lines.sku), dtype=np.bool_),
        )

    def step(self, now: int) -> None:
        """What waits is planned anew at prices that know it; what then comes is placed at the same prices."""
        begin = process_time()
        waiting = self._waiting(now)
        if self.way.bids and now % PRICES_MIN == 0:
            self.prices = self._asked_again(waiting, now)
        if self.way.hold_min and len(waiting.lines):
            self._replan(waiting)
            self.slowest_s = max(self.slowest_s, process_time() - begin)
        for order in self.today.between(now, now + STEP_MIN).tolist():
            self.floor.place(order, self.prices)

    def _waiting(self, now: int) -> "_Waiting":
        """Orders that came, and their lines that nobody has begun to pick; what has no units cannot be picked."""
        arrived = self.today.arrival_min[self.today.batch.lines.order]
        self.picked |= (self.floor.at != UNFILLED) & (arrived + self.way.hold_min < now)
        waits = (arrived < now) & ~self.picked & (self.way.hold_min > 0)
        return _Waiting.of(self.today.batch, self.floor, np.flatnonzero(waits), self.picked)

    def _asked_again(self, waiting: "_Waiting", now: int) -> BidPrices:
        """From what came from this minute on, on a past day's mean."""
        coming, batch = self.past.between(now, DAY_MIN), self.past.batch
        if not len(coming):
            return BidPrices.nothing(batch)
        lines, rest = batch.lines, batch.lines.order >= coming[0]
        units = np.bincount(lines.sku[rest], weights=lines.quantity[rest], minlength=len(batch.weight_g))
        sample = np.unique(np.linspace(coming[0], coming[-1], SAMPLE).astype(np.int64))
        like = some_orders(batch, sample, np.flatnonzero(np.isin(lines.order, sample)))
        return bid_prices(
            self._with_left(like, waiting), orders=len(coming) / self.days, units=units / self.days
        )

    def _with_left(self, like: Batch, waiting: "_Waiting") -> Batch:
        """What waits keeps its units, of which one could come back to a shelf that has no other."""
        held, _ = self.floor.held(waiting.lines)
        return replace(
            like,
            stock=replace(like.stock, units=np.maximum(self.floor.units, held > 0)[1:]),
            warehouses=replace(like.warehouses, capacity=self.floor.parcels),
        )

    def _replan(self, waiting: "_Waiting") -> None:
        plan = replan(at_prices(waiting.batch, self.prices), time_limit_s=LIMIT_S)
        self.broken += int(((plan.warehouse == UNFILLED) & waiting.promised).sum())
        self.floor.move(waiting.lines, plan.warehouse)


def outcome(batch: Batch, at: Ints) -> Lived:
    """Of a whole day's plan; lines must stand grouped by order."""
    setting = lay_out(batch)
    unfilled = np.bincount(
        batch.orders.priority[batch.lines.order[at == UNFILLED]], minlength=len(batch.penalty_minor)
    )
    cost = int(costs(setting, np.arange(setting.orders), at).sum())
    return Lived(freight_minor=cost - int(unfilled @ batch.penalty_minor), unfilled=unfilled, cost_minor=cost)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Waiting:
    """A batch of what may still move; what it holds counts as free in it."""

    lines: Ints  # positions in the day's
    batch: Batch
    promised: Flags

    @classmethod
    def of(cls, day: Batch, floor: Floor, lines: Ints, picked: Flags) -> "_Waiting":
        """An order that was picked in part waits with the rest, for other warehouses and fewer shipments."""
        sent = floor.sent(picked)
        most = day.orders.max_shipments - sent.sum(axis=1)
        lines = lines[most[day.lines.order[lines]] > 0]
        orders, at = np.unique(day.lines.order[lines]), floor.at[lines]
        batch = some_orders(day, orders, lines)
        units, parcels = floor.held(lines)
        return cls(
            lines=lines,
            batch=replace(
                batch,
                orders=replace(batch.orders, max_shipments=most[orders]),
                stock=replace(day.stock, units=(floor.units + units)[1:]),
                warehouses=replace(day.warehouses, capacity=floor.parcels + parcels),
                terms=Terms(allowed=~sent[orders]),
                incumbent=Incumbent(warehouse=at, keep_filled=at != UNFILLED),
            ),
            promised=at != UNFILLED,
        )
