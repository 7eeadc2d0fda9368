"""What holds for every plan of every batch."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sourcing.planning import Decision, OrderToSource, Outcome, Snapshot, SplitPolicy, plan
from tests.unit.sourcing.instances import BATCHES, POLICY


def pairs(snapshot: Snapshot) -> list[tuple[OrderToSource, Decision]]:
    orders = {order.order_id: order for order in snapshot.orders}
    return [(orders[decision.order_id], decision) for decision in plan(snapshot, POLICY).decisions]


def shipped(decision: Decision) -> Counter[tuple[UUID, UUID]]:
    return Counter(
        {
            (line_id, shipment.warehouse_id): units
            for shipment in decision.shipments
            for line_id, units in shipment.lines
        }
    )


def fully_reserved(order: OrderToSource) -> bool:
    """And all of it where it may ship from, as the strategy makes it."""
    return bool(order.reserved)


@settings(max_examples=400, deadline=None)
@given(BATCHES)
def test_every_order_is_decided_once_urgent_and_old_ones_first(snapshot: Snapshot) -> None:
    decided = [order for order, _ in pairs(snapshot)]
    assert sorted(order.order_id for order in decided) == sorted(order.order_id for order in snapshot.orders)
    turns = [(-order.priority, order.placed_at, order.order_id) for order in decided]
    assert turns == sorted(turns)


@settings(max_examples=400, deadline=None)
@given(BATCHES)
def test_each_line_is_shipped_whole_or_waits(snapshot: Snapshot) -> None:
    for order, decision in pairs(snapshot):
        units: Counter[UUID] = Counter()
        for (line_id, _), moved in shipped(decision).items():
            units[line_id] += moved
        waiting = {line_id for line_id, _ in decision.unfilled}
        for line in order.lines:
            assert units[line.line_id] == (0 if line.line_id in waiting else line.quantity)
        full = {0: Outcome.SOURCED, len(order.lines): Outcome.BACKORDERED}
        assert decision.outcome is full.get(len(waiting), Outcome.PARTLY_SOURCED)


@settings(max_examples=400, deadline=None)
@given(BATCHES)
def test_no_shelf_is_ever_overdrawn(snapshot: Snapshot) -> None:
    """Played one decision after the other, as whoever applies the plan does: release, then take."""
    left = Counter(snapshot.free)
    for order, decision in pairs(snapshot):
        variants = {line.line_id: line.variant_id for line in order.lines}
        held = Counter(order.reserved)
        for line_id, place, units in decision.released:
            held[line_id, place] -= units
            left[variants[line_id], place] += units
        for (line_id, place), units in shipped(decision).items():
            left[variants[line_id], place] -= max(0, units - held[line_id, place])
        assert min(held.values(), default=0) >= 0
        assert min(left.values()) >= 0


@settings(max_examples=400, deadline=None)
@given(BATCHES)
def test_what_may_not_ship_does_not(snapshot: Snapshot) -> None:
    for order, decision in pairs(snapshot):
        used = {shipment.warehouse_id for shipment in decision.shipments}
        assert used.isdisjoint(order.excluded)
        assert order.served is None or used <= order.served
        assert all(shipment.lines for shipment in decision.shipments)


@settings(max_examples=400, deadline=None)
@given(BATCHES)
def test_the_split_policy_is_kept(snapshot: Snapshot) -> None:
    for order, decision in pairs(snapshot):
        if fully_reserved(order):
            continue
        limit = 1 if order.split_policy is SplitPolicy.SINGLE_SHIPMENT else order.max_shipments
        assert len(decision.shipments) <= limit
        if order.split_policy is not SplitPolicy.PARTIAL_ALLOWED:
            assert decision.outcome is not Outcome.PARTLY_SOURCED


@settings(max_examples=200, deadline=None)
@given(BATCHES, st.integers(1, 3))
def test_parcels_before_count_towards_the_limit(snapshot: Snapshot, before: int) -> None:
    """Whoever may go in k parcels and is in b of them already is planned as one that may go in k - b."""
    after, fewer = [], []
    for order in snapshot.orders:
        limit = 1 if order.split_policy is SplitPolicy.SINGLE_SHIPMENT else order.max_shipments
        if limit > before and not order.reserved:
            after.append(replace(order, parcels_before=before))
            fewer.append(replace(order, max_shipments=limit - before))
        elif not order.reserved:
            (alone,) = plan(
                replace(snapshot, orders=(replace(order, parcels_before=before),)), POLICY
            ).decisions
            assert alone.outcome is Outcome.BACKORDERED
    plans = [plan(replace(snapshot, orders=tuple(orders)), POLICY).decisions for orders in (after, fewer)]
    assert [shipped(one) for one in plans[0]] == [shipped(one) for one in plans[1]]


@settings(max_examples=400, deadline=None)
@given(BATCHES)
def test_a_reserved_order_loses_nothing(snapshot: Snapshot) -> None:
    for order, decision in pairs(snapshot):
        if fully_reserved(order):
            assert decision.outcome is Outcome.SOURCED


@settings(max_examples=400, deadline=None)
@given(BATCHES, st.data())
def test_the_order_of_the_input_does_not_matter(snapshot: Snapshot, data: st.DataObject) -> None:
    orders = tuple(
        replace(
            order,
            lines=tuple(data.draw(st.permutations(order.lines))),
            reserved=dict(reversed(list(order.reserved.items()))),
        )
        for order in data.draw(st.permutations(snapshot.orders))
    )
    shuffled = Snapshot(
        orders=orders,
        sites=tuple(data.draw(st.permutations(snapshot.sites))),
        free=dict(reversed(list(snapshot.free.items()))),
    )
    assert plan(shuffled, POLICY) == plan(snapshot, POLICY)


@settings(max_examples=400, deadline=None)
@given(BATCHES, st.integers(1, 6))
def test_candidates_begin_with_the_chosen_and_stay_within_the_cap(snapshot: Snapshot, most: int) -> None:
    policy = replace(POLICY, candidates_max=most)
    for decision in plan(snapshot, policy).decisions:
        assert len(decision.candidates) <= most
        sets = [candidate.warehouse_ids for candidate in decision.candidates]
        assert len(set(sets)) == len(sets)
        assert [candidate.chosen for candidate in decision.candidates].count(True) == bool(decision.shipments)
        if decision.shipments:
            first = decision.candidates[0]
            assert first.chosen
            assert first.cost.total_minor == decision.total_minor
            assert first.warehouse_ids == tuple(shipment.warehouse_id for shipment in decision.shipments)
