"""Orders of a size that cannot be tried out: they are still decided, and every rule holds."""

from dataclasses import replace
from random import Random
from uuid import UUID

import pytest

from domain.sourcing.planning import OrderToSource, Outcome, Place, Snapshot, SplitPolicy, plan
from tests.unit.sourcing.instances import POLICY, line, order, site, variant

SITES = tuple(
    site(number, f"Site {number:02}", Place(lat=45 + number / 8, lon=5 + number / 5)) for number in range(50)
)
LINES = 1_100


def wide(split: SplitPolicy, max_shipments: int = 3) -> OrderToSource:
    asked = order(*(line(number, 1 + number % 3) for number in range(LINES)))
    return replace(asked, split_policy=split, max_shipments=max_shipments)


def shelves(share: float) -> dict[tuple[UUID, UUID], int]:
    random = Random(share)
    return {
        (variant(number), place.warehouse_id): 5
        for number in range(LINES)
        for place in SITES
        if random.random() < share
    }


@pytest.mark.parametrize("split", [SplitPolicy.SHIP_COMPLETE, SplitPolicy.PARTIAL_ALLOWED])
@pytest.mark.parametrize("share", [0.5, 0.99])
def test_a_wide_order_is_decided_exactly(split: SplitPolicy, share: float) -> None:
    (decision,) = plan(Snapshot(orders=(wide(split),), sites=SITES, free=shelves(share)), POLICY).decisions
    assert decision.proven
    assert len(decision.shipments) <= 3
    lines = sum(len(shipment.lines) for shipment in decision.shipments)
    assert lines + len(decision.unfilled) == LINES


def test_a_search_too_large_to_finish_says_so_and_keeps_the_rules() -> None:
    asked = wide(SplitPolicy.PARTIAL_ALLOWED, max_shipments=9)
    (decision,) = plan(Snapshot(orders=(asked,), sites=SITES, free=shelves(0.3)), POLICY).decisions
    assert not decision.proven
    assert decision.outcome is Outcome.PARTLY_SOURCED
    assert len(decision.shipments) <= 9


def test_hundreds_of_lines_of_one_variant_do_not_overdraw_it() -> None:
    asked = replace(order(*(line(number, 1 + number % 4, sku=1) for number in range(300))), max_shipments=2)
    free = {(variant(1), place.warehouse_id): 100 + at for at, place in enumerate(SITES)}
    (decision,) = plan(Snapshot(orders=(asked,), sites=SITES, free=free), POLICY).decisions
    for shipment in decision.shipments:
        assert sum(units for _, units in shipment.lines) <= free[variant(1), shipment.warehouse_id]
    assert decision.outcome is Outcome.PARTLY_SOURCED
