"""What peers do: one order after the other, from the nearest warehouse, or from the first in the list."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from domain.sourcing.optimising.incumbent import with_promises
from domain.sourcing.optimising.ledger import Ledger
from domain.sourcing.optimising.model import UNFILLED, Flags, Ints, Policy, Split
from domain.sourcing.optimising.options import spread
from domain.sourcing.optimising.setting import LATE, Setting, distances_km

_CHUNK = 8192


def serve_in_turn(setting: Setting, policy: Policy) -> Ledger:
    """Orders of higher priority first, then as they stand.

    FIRST takes what it can from one warehouse of the list after the other, NEAREST from the one that has most
    of what is open, the nearest of those. At most `max_shipments`; what must leave whole and cannot, waits.
    Orders with a line to keep stay where they are.
    """
    ledger = with_promises(setting)
    turns = np.argsort(-setting.batch.orders.priority, kind="stable")
    asks = np.diff(setting.start)[turns] > 0
    turns = turns[asks & ~np.array(ledger.placed, dtype=np.bool_)[turns]]
    for first in range(0, len(turns), _CHUNK):
        part = turns[first : first + _CHUNK]
        for order, sites in zip(part.tolist(), _sequences(setting, part, policy), strict=True):
            _serve(setting, ledger, order, sites, most=policy is Policy.NEAREST)
    return ledger


def _sequences(setting: Setting, orders: Ints, policy: Policy) -> Iterator[list[int]]:
    """In which sequence each order looks at the warehouses that had any of its lines, in time, at first."""
    asked, sites = setting.batch.orders, setting.batch.warehouses
    useful = _useful(setting, orders)
    if policy is Policy.FIRST:
        sequence = np.broadcast_to(np.arange(setting.warehouses), useful.shape)
    else:
        km = distances_km(asked.lat[orders], asked.lon[orders], sites.lat, sites.lon)
        sequence = np.argsort(km, axis=1, kind="stable")
        useful = np.take_along_axis(useful, sequence, axis=1)
    found = sequence[useful].tolist()
    ends = np.cumsum(useful.sum(axis=1)).tolist()
    return (found[begin:end] for begin, end in pairwise([0, *ends]))


def _useful(setting: Setting, orders: Ints) -> Flags:
    """(N, W) each of the orders has a line."""
    asked = setting.batch.lines
    line, _ = spread(setting.start, orders)
    has = setting.units[setting.shelf[asked.sku[line]]] >= asked.quantity[line, None]
    size = np.diff(setting.start)[orders]
    useful: Flags = np.logical_or.reduceat(has, np.cumsum(size) - size, axis=0)
    useful &= setting.zone[orders] != LATE
    return useful


def _serve(setting: Setting, ledger: Ledger, order: int, sites: list[int], *, most: bool) -> None:
    first, last = int(setting.start[order]), int(setting.start[order + 1])
    lines, asked = setting.batch.lines, setting.batch.orders
    walk = _Walk(setting, ledger, lines.sku[first:last].tolist(), lines.quantity[first:last].tolist())
    split = asked.split[order]
    limit = 1 if split == Split.SINGLE_SHIPMENT else int(asked.max_shipments[order])
    places = walk.along([site for site in sites if walk.has_room(site)], limit, most=most)
    if split != Split.PARTIAL_ALLOWED and UNFILLED in places:
        places = [UNFILLED] * len(places)
    ledger.give(order, walk.needs(places), np.array(places, dtype=np.int16))


class _Walk:
    """One order on its way along the warehouses."""

    def __init__(self, setting: Setting, ledger: Ledger, sku: list[int], quantity: list[int]) -> None:
        self._ledger = ledger
        self._shelf = [setting.shelf[one] for one in sku]
        self._quantity = quantity
        self._first_site = len(setting.units)

    def has_room(self, site: int) -> bool:
        return self._ledger.left[self._first_site + site] > 0

    def taken(self, site: int, lines: list[int]) -> list[int]:
        """Those of the lines that the warehouse has, in their sequence."""
        left: dict[int, int] = {}
        found = []
        for line in lines:
            shelf = int(self._shelf[line][site])
            rest = left.get(shelf, self._ledger.left[shelf]) - self._quantity[line]
            if rest >= 0:
                left[shelf] = rest
                found.append(line)
        return found

    def along(self, sites: list[int], limit: int, *, most: bool) -> list[int]:
        places = [UNFILLED] * len(self._quantity)
        for _ in range(limit):
            waiting = [line for line, at in enumerate(places) if at == UNFILLED]
            site, mine = self._next([site for site in sites if site not in places], waiting, most=most)
            for line in mine:
                places[line] = site
            if len(mine) in {0, len(waiting)}:
                break
        return places

    def _next(self, sites: list[int], waiting: list[int], *, most: bool) -> tuple[int, list[int]]:
        """The warehouse that serves some, or most, of these lines, and which."""
        best: tuple[int, list[int]] = (UNFILLED, [])
        enough = len(waiting) if most else 1
        for site in sites:
            mine = self.taken(site, waiting)
            if len(mine) > len(best[1]):
                best = site, mine
                if len(mine) >= enough:
                    break
        return best

    def needs(self, places: list[int]) -> list[tuple[int, int]]:
        found: dict[int, int] = {}
        for line, site in enumerate(places):
            if site != UNFILLED:
                shelf = int(self._shelf[line][site])
                found[shelf] = found.get(shelf, 0) + self._quantity[line]
                found[self._first_site + site] = 1
        return list(found.items())
