"""What a refused REQUIRE order lacks, in words a shop can show. Pure."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.orders.incoming import IncomingOrder
from domain.stock.move import Shortfall


def shortfalls(
    order: IncomingOrder,
    variants: Mapping[str, UUID],
    warehouses: Sequence[UUID],
    shelves: Mapping[tuple[UUID, UUID], int],
) -> list[Shortfall]:
    """Each line that no single warehouse can serve, with the most that one of them has.

    When every line could be served, only not together within the order's split policy, each line is
    named with what the warehouse that has most of the lines could give.
    """
    rows = [
        (line.sku, line.quantity, [max(0, shelves.get((variants[line.sku], w), 0)) for w in warehouses])
        for line in order.lines
    ]
    lacking = [
        Shortfall(sku=sku, warehouse=None, requested=units, available=max(free, default=0))
        for sku, units, free in rows
        if max(free, default=0) < units
    ]
    if lacking:
        return lacking
    best = max(range(len(warehouses)), key=lambda w: sum(free[w] >= units for _, units, free in rows))
    return [
        Shortfall(sku=sku, warehouse=None, requested=units, available=free[best])
        for sku, units, free in rows
        if free[best] < units
    ]
