"""Orders of many lines: here sets of warehouses are fewer than sets of lines.

Given the warehouses that open, every line takes its cheapest, or stays unfilled. All sets of up to
`max_shipments` are looked at where there are few enough; else the value is a lower bound (every line bears
an n-th of the shipment it comes in) and the options are those of a greedy search.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from domain.sourcing.optimising.model import UNFILLED, Flags, Ints, Split
from domain.sourcing.optimising.offers import NARROW_MAX, Offers
from domain.sourcing.optimising.pricing import CLOSED, Tags
from domain.sourcing.optimising.setting import SCALE, Setting

_SETS_MAX = 25_000
_CELLS = 1 << 20  # in memory at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WideOrder:
    order: int
    lines: Ints  # (n,)
    whole: bool
    keep: Flags  # (n,) lines that must ship
    present: Ints  # (n,) where they leave from now; UNFILLED without an incumbent
    shipments: int
    sites: Ints  # (w,) warehouses that have at least one line
    offer: Ints  # (w, n) position of the offer, or -1
    minor: Ints  # (w, n) 1/SCALE minor units, CLOSED without offer
    sets: Ints | None  # (C, k) positions in `sites`, repeated in small sets; None: too many

    @property
    def effort(self) -> int:
        return self.offer.size if self.sets is None else self.sets.size * len(self.lines)


def find_wide(setting: Setting, offers: Offers) -> list[WideOrder]:
    """All orders of more lines than are parted by patterns."""
    many = np.flatnonzero(np.diff(setting.start) > NARROW_MAX)
    return [_wide(setting, offers, int(order)) for order in many]


def _wide(setting: Setting, offers: Offers, order: int) -> WideOrder:
    asked = setting.batch.orders
    first, last = int(setting.start[order]), int(setting.start[order + 1])
    mine = np.arange(*np.searchsorted(offers.line, [first, last]))
    sites, row = np.unique(offers.warehouse[mine].astype(np.int64), return_inverse=True)
    offer = np.full((len(sites), last - first), -1, dtype=np.int64)
    offer[row, offers.line[mine] - first] = mine
    single = asked.split[order] == Split.SINGLE_SHIPMENT
    shipments = 1 if single else min(int(asked.max_shipments[order]), last - first, max(len(sites), 1))
    held = setting.batch.incumbent
    nowhere = np.full(last - first, UNFILLED, dtype=np.int64)
    return WideOrder(
        order=order,
        keep=setting.keep[first:last],
        present=nowhere if held is None else held.warehouse[first:last],
        lines=np.arange(first, last),
        whole=bool(asked.split[order] != Split.PARTIAL_ALLOWED),
        shipments=shipments,
        sites=sites,
        offer=offer,
        minor=np.where(offer >= 0, offers.line_minor[offer].astype(np.int64) * SCALE, CLOSED),
        sets=_sets(len(sites), shipments),
    )


def _sets(sites: int, shipments: int) -> Ints | None:
    count, size = 0, 1
    for taken in range(1, shipments + 1):
        size = size * (sites - taken + 1) // taken
        count += size
    if count > _SETS_MAX:
        return None
    rows = [
        chosen + chosen[-1:] * (shipments - taken)
        for taken in range(1, shipments + 1)
        for chosen in combinations(range(sites), taken)
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, shipments)


def wide_cheapest(setting: Setting, order: WideOrder, tags: Tags) -> tuple[int, Ints]:
    """A value that no way of serving the order is below, and a way (its own, where all sets are looked at)."""
    unfilled, line, base = _costs(setting, order, tags)
    sets = order.sets
    if sets is None:
        sets = _greedy(order, line, base)
    value = _set_values(order, sets, line, base)
    nothing = _nothing(setting, order)
    best = int(value.argmin()) if len(value) else -1
    at = order.present if order.keep.any() else np.full(len(order.lines), UNFILLED, dtype=np.int64)
    low = nothing
    if best >= 0 and value[best] < nothing:
        low, at = int(value[best]), _places(order, sets[best], line, unfilled)
    if order.sets is None:
        low = min(low, _relaxed(order, line, base, unfilled))
    return low, at


def wide_rank(setting: Setting, order: WideOrder, tags: Tags, *, most: int) -> Ints:
    """(K, n) its `most` best ways, and to leave it unfilled, or where it is."""
    unfilled, line, base = _costs(setting, order, tags)
    sets = _greedy(order, line, base) if order.sets is None else order.sets
    value = _set_values(order, sets, line, base)
    best = np.argsort(value, kind="stable")[:most]
    rows = [_places(order, sets[at], line, unfilled) for at in best if value[at] < CLOSED]
    last = order.present if order.keep.any() else np.full(len(order.lines), UNFILLED, dtype=np.int64)
    return np.stack([*rows, last])


def _costs(setting: Setting, order: WideOrder, tags: Tags) -> tuple[Ints, Ints, Ints]:
    """(n,) what an unfilled line costs, (w, n) what lines cost, (w,) what shipments cost."""
    penalty = int(setting.penalty_minor[order.order]) * SCALE
    unfilled = np.where(order.keep | order.whole, CLOSED, penalty)
    line = np.minimum(order.minor + np.where(order.offer >= 0, tags.offer[order.offer], 0), CLOSED)
    base = setting.base_minor[order.order, order.sites] * np.int64(SCALE) + tags.warehouse[order.sites]
    return unfilled, np.minimum(line, unfilled), base


def _nothing(setting: Setting, order: WideOrder) -> int:
    if order.keep.any():
        return CLOSED
    return len(order.lines) * int(setting.penalty_minor[order.order]) * SCALE


def _set_values(order: WideOrder, sets: Ints, line: Ints, base: Ints) -> Ints:
    value = np.empty(len(sets), dtype=np.int64)
    width = max(1, _CELLS // len(order.lines))
    for first in range(0, len(sets), width):
        part = sets[first : first + width]
        cheapest = line[part[:, 0]]
        cost = base[part[:, 0]]
        for last, site in zip(part.T[:-1], part.T[1:], strict=True):
            cheapest = np.minimum(cheapest, line[site])
            cost = cost + np.where(site == last, 0, base[site])
        value[first : first + width] = cost + cheapest.sum(axis=1)
    return value


def _places(order: WideOrder, chosen: Ints, line: Ints, unfilled: Ints) -> Ints:
    best = line[chosen].argmin(axis=0)
    served = line[chosen].min(axis=0) < unfilled
    return np.where(served, order.sites[chosen[best]], UNFILLED)


def _greedy(order: WideOrder, line: Ints, base: Ints) -> Ints:
    """From each warehouse, the one added that gains most, until the limit: sets as rows."""
    rows = []
    for first in range(len(order.sites)):
        chosen = [first] * order.shipments
        cheapest = line[first]
        for place in range(1, order.shipments):
            gain = (cheapest - np.minimum(cheapest, line)).sum(axis=1) - base
            best = int(gain.argmax())
            if gain[best] <= 0:
                break
            chosen[place:] = [best] * (order.shipments - place)
            cheapest = np.minimum(cheapest, line[best])
        rows.append(chosen)
    return np.array(rows, dtype=np.int64).reshape(-1, order.shipments)


def _relaxed(order: WideOrder, line: Ints, base: Ints, unfilled: Ints) -> int:
    if not len(order.sites):
        return 1 << 62
    share = line + base[:, None] // len(order.lines)
    return int(np.minimum(share.min(axis=0), unfilled).sum())
