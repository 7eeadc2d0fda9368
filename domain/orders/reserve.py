"""Which warehouses a REQUIRE order's units are reserved at. Pure.

Each line is reserved whole at one warehouse, within the order's split policy. The first warehouse
in the given order that has everything is taken; otherwise as few as a greedy cover needs; and when
that fails, combinations are tried, so that an order is not refused that could have been served.
The place is provisional: the planner looks for the cheapest one right after.
"""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from itertools import combinations, islice
from uuid import UUID

from domain.orders.incoming import IncomingOrder
from domain.orders.policies import SplitPolicy

# (variant, warehouse) -> free units
Shelves = MutableMapping[tuple[UUID, UUID], int]
# line index -> warehouse
Places = dict[int, UUID]

COMBINATIONS_MAX = 5_000


def reserve(
    order: IncomingOrder, variants: Mapping[str, UUID], warehouses: Sequence[UUID], shelves: Shelves
) -> Places | None:
    """Where each line goes, and `shelves` with those units taken; None, and nothing taken, if nowhere."""
    wanted = [(variants[line.sku], line.quantity) for line in order.lines]
    places = _places(wanted, _shipments_max(order), warehouses, shelves)
    if places is None:
        return None
    for index, warehouse in places.items():
        variant, units = wanted[index]
        shelves[variant, warehouse] -= units
    return places


def _shipments_max(order: IncomingOrder) -> int:
    return 1 if order.split_policy is SplitPolicy.SINGLE_SHIPMENT else order.max_shipments


def _places(
    wanted: Sequence[tuple[UUID, int]],
    shipments_max: int,
    warehouses: Sequence[UUID],
    shelves: Mapping[tuple[UUID, UUID], int],
) -> Places | None:
    covers = {
        warehouse: frozenset(
            index
            for index, (variant, units) in enumerate(wanted)
            if shelves.get((variant, warehouse), 0) >= units
        )
        for warehouse in warehouses
    }
    everything = frozenset(range(len(wanted)))
    if not everything <= frozenset().union(*covers.values()):
        return None
    for chosen in (_greedy(everything, covers), *_combinations(covers, shipments_max)):
        if len(chosen) <= shipments_max and everything <= frozenset().union(*(covers[w] for w in chosen)):
            return {index: next(w for w in chosen if index in covers[w]) for index in everything}
    return None


def _greedy(everything: frozenset[int], covers: Mapping[UUID, frozenset[int]]) -> tuple[UUID, ...]:
    chosen: list[UUID] = []
    left = everything
    while left:
        best = max(covers, key=lambda warehouse: len(covers[warehouse] & left))  # the first among equals
        chosen.append(best)
        left -= covers[best]
    return tuple(chosen)


def _combinations(covers: Mapping[UUID, frozenset[int]], shipments_max: int) -> Iterable[tuple[UUID, ...]]:
    useful = [warehouse for warehouse, lines in covers.items() if lines]
    for size in range(1, min(shipments_max, len(useful)) + 1):
        yield from islice(combinations(useful, size), COMBINATIONS_MAX)
