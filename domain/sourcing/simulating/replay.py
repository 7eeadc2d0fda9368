"""Replay a span of the past under one rule set, on shelves of its own. Pure.

Orders are planned in the batches in which they arrived, by the planner that decides live; their units
leave the replayed shelves for good, since shipping makes nothing free. What finds no stock waits, and
is planned again when some becomes free. Warehouses keep their promises: nothing is rejected.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from uuid import UUID

from domain.sourcing.again_at import again_at
from domain.sourcing.planning import (
    Decision,
    OrderToSource,
    PlannedShipment,
    Site,
    Snapshot,
    SourcingPolicy,
    plan,
)
from domain.sourcing.planning.model import Worth
from domain.sourcing.rules.definition import BidPricing, Unfillable
from domain.sourcing.simulating.backlog import HEAD, Backlog, Standing, Turn
from domain.sourcing.simulating.dispatch import ReplayedDispatch
from domain.sourcing.simulating.foresee import foreseen
from domain.sourcing.simulating.happenings import (
    Arrival,
    Cancellation,
    Foresight,
    Happening,
    Parcel,
    Sourced,
    StockChange,
    World,
)
from domain.sourcing.simulating.shelves import Level, ReplayedShelves

BATCH_MAX = 50
BATCH_WITHIN = timedelta(seconds=5)


class Replay:
    """One rule set's way through the span.

    It keeps the shelves, what waits, and the orders that will be cancelled: an order that is settled is
    told by `run` and forgotten.
    """

    def __init__(self, world: World, opening: Mapping[Level, int], policy: SourcingPolicy) -> None:
        self._zones = world.zones
        self._dispatch = ReplayedDispatch(world)
        self._policy = policy
        self._shelves = ReplayedShelves(opening)
        self._batch: list[Arrival] = []
        self._freed: dict[UUID, None] = {}  # variants to look at again, in the order they came
        self._freed_at: datetime | None = None
        self._backlog = Backlog()
        # orders that time alone may fill, and when; the latest that was said of each counts
        self._due: list[tuple[datetime, UUID]] = []
        self._due_at: dict[UUID, datetime] = {}
        self._to_cancel: dict[UUID, Standing | None] = {}  # None: not planned yet
        self._settled: list[Sourced] = []
        self._worth: Worth | None = None
        self._seen: list[Foresight] = []  # those that no prices were worked out from yet

    def run(self, happenings: Iterable[Happening]) -> list[Sourced]:
        """Go on with what happened next, in turn; the orders that are settled now."""
        for happening in happenings:
            if isinstance(happening, Foresight):
                self._seen.append(happening)  # it plans nothing: batches are as they are without prices
                continue
            self._look_again(happening.at)
            if isinstance(happening, Arrival):
                self._arrive(happening)
            else:
                self._source_batch()
                if happening.at != self._freed_at:
                    self._wake()
                    self._freed_at = happening.at
                self._change(happening)
        return self._told()

    def finish(self) -> list[Sourced]:
        """The span ends: the orders that were not settled, those that wait still included."""
        self._wake()
        self._source_batch()
        for standing in self._backlog.all():
            self._settle(standing)
        return self._told()

    def _told(self) -> list[Sourced]:
        told, self._settled = self._settled, []
        return told

    # ------------------------------------------------------------ what happens

    def _arrive(self, arrival: Arrival) -> None:
        self._wake()
        first = self._batch[0].at if self._batch else arrival.at
        if len(self._batch) == BATCH_MAX or arrival.at - first > BATCH_WITHIN:
            self._source_batch()
        self._batch.append(arrival)
        if arrival.cancelled_at is not None:
            self._to_cancel[arrival.order.order_id] = None

    def _change(self, happening: StockChange | Cancellation) -> None:
        if isinstance(happening, StockChange):
            self._shelves.change(happening.variant_id, happening.warehouse_id, happening.units)
            if happening.units > 0:
                self._freed[happening.variant_id] = None
            return
        waiting = self._backlog.pop(happening.order_id)
        if waiting:
            self._settle(waiting)
        standing = self._to_cancel.pop(happening.order_id, None)
        if standing:
            self._give_back(standing)

    def _give_back(self, standing: Standing) -> None:
        variants = {line.line_id: line.variant_id for line in standing.order.lines}
        self._dispatch.call_off(standing.parcels)
        for parcel in standing.parcels:
            for line_id, units in parcel.lines:
                self._shelves.change(variants[line_id], parcel.warehouse_id, units)
                self._freed[variants[line_id]] = None

    # ------------------------------------------------------------ planning

    def _source_batch(self) -> None:
        if self._batch:
            batch, self._batch = self._batch, []
            self._plan([Standing.of(arrival.order) for arrival in batch], at=batch[-1].at)

    def _wake(self) -> None:
        """Plan again what the units that became free may serve."""
        if not self._freed or self._freed_at is None:
            return
        starts = dict.fromkeys(self._freed, HEAD)
        self._freed = {}
        while starts:
            starts = self._wake_from(starts, self._freed_at)

    def _wake_from(self, starts: Mapping[UUID, Turn], at: datetime) -> dict[UUID, Turn]:
        """The next of each variant's queue; behind which turns to go on, if units are left."""
        order_ids: dict[UUID, None] = {}
        beyond: dict[UUID, Turn] = {}
        for variant_id, after in starts.items():
            most, total = self._shelves.most_and_total(variant_id)
            if not most:
                continue
            takers, last = self._backlog.takers(variant_id, after, most=most, total=total)
            order_ids.update(dict.fromkeys(takers))
            if last:
                beyond[variant_id] = last
        woken = [standing for order_id in order_ids if (standing := self._backlog.pop(order_id))]
        if woken:
            self._plan(woken, at=at)
        return beyond

    def _look_again(self, now: datetime) -> None:
        """Plan again what time alone may fill, each at its time, as live allocation does."""
        if self._batch and now - self._batch[0].at > BATCH_WITHIN:
            self._source_batch()
        if self._due and self._due[0][0] <= now:
            self._source_batch()
            self._wake()
        while self._due and (at := self._due[0][0]) <= now:
            woken = [standing for order_id in self._pop_due(at) if (standing := self._backlog.pop(order_id))]
            if woken:
                self._plan(woken, at=at)

    def _pop_due(self, at: datetime) -> Iterator[UUID]:
        while self._due and self._due[0][0] == at:
            _, order_id = heappop(self._due)
            if self._due_at.get(order_id) == at:
                del self._due_at[order_id]
                yield order_id

    def _plan(self, standings: Sequence[Standing], *, at: datetime) -> None:
        by_id = {standing.order.order_id: standing for standing in standings}
        orders = [_what_is_open(standing) for standing in standings]
        snapshot = Snapshot(
            orders=tuple(orders),
            sites=self._dispatch.sites(at),
            free=self._shelves.free({line.variant_id for order in orders for line in order.lines}),
            zones=self._zones,
            now=at,
            worth=self._priced(at),
        )
        for decision in plan(snapshot, self._policy).decisions:
            self._carry_out(by_id[decision.order_id], decision, snapshot.sites, at)

    def _priced(self, at: datetime) -> Worth | None:
        """What units and parcels are worth; worked out when somebody asks, so that quiet hours cost nothing."""
        known = [seen for seen in self._seen if seen.at <= at]
        if known:
            self._seen = self._seen[len(known) :]
            self._worth = self._foreseen(known[-1], at)
        return self._worth

    def _foreseen(self, seen: Foresight, at: datetime) -> Worth | None:
        if self._policy.rules.bid_prices is BidPricing.OFF:
            return None
        return foreseen(
            seen,
            waiting=[_what_is_open(standing) for standing in self._backlog.all()],
            shelves=self._shelves,
            sites=self._dispatch.sites(at),
            zones=self._zones,
            policy=self._policy,
        )

    def _carry_out(
        self, standing: Standing, decision: Decision, sites: tuple[Site, ...], at: datetime
    ) -> None:
        parcels = [_parcel(shipment) for shipment in decision.shipments]
        standing.parcels += parcels
        self._dispatch.plan(parcels)
        for shipment in decision.shipments:
            for line_id, units in shipment.lines:
                line = standing.open.pop(line_id)
                self._shelves.change(line.variant_id, shipment.warehouse_id, -units)
        if decision.shipments or not standing.explanation:
            standing.explanation = decision.said
        order_id = standing.order.order_id
        if order_id in self._to_cancel:
            self._to_cancel[order_id] = standing
        if not standing.open or decision.unfillable is Unfillable.PARK:
            self._settle(standing)
        else:
            self._backlog.add(standing)
            self._wait(standing, decision, sites, at)

    def _wait(self, standing: Standing, decision: Decision, sites: tuple[Site, ...], at: datetime) -> None:
        order, calendars = standing.order, self._dispatch.calendars
        due = again_at(decision, order, sites=sites, calendars=calendars, rules=self._policy.rules, now=at)
        if due:
            self._due_at[order.order_id] = due
            heappush(self._due, (due, order.order_id))

    def _settle(self, standing: Standing) -> None:
        self._settled.append(standing.told(self._policy.currency))


def _what_is_open(standing: Standing) -> OrderToSource:
    if not standing.parcels:
        return standing.order
    lines = tuple(standing.open.values())
    return replace(standing.order, lines=lines, parcels_before=len(standing.parcels))


def _parcel(shipment: PlannedShipment) -> Parcel:
    return Parcel(
        warehouse_id=shipment.warehouse_id,
        lines=shipment.lines,
        cost_minor=shipment.cost.total_minor,
        distance_km=shipment.distance_km,
        ship_on=shipment.ship_on,
        late=shipment.late,
    )
