"""What could serve each line, and each set of lines of an order, by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.sourcing.optimising.model import Flags, Ints, Split
from domain.sourcing.optimising.patterns import Patterns, patterns
from domain.sourcing.optimising.setting import LATE, Setting

NARROW_MAX = 7  # lines: beyond, sets of warehouses are fewer than sets of lines
_CHUNK = 4096  # orders whose (line, warehouse) table is in memory at once
_GROUP = 8192  # orders that are priced at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offers:
    """E times a warehouse that has a whole line in time."""

    line: NDArray[np.int32]  # (E,) rising
    warehouse: NDArray[np.int16]  # (E,)
    line_minor: NDArray[np.int32]  # (E,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Takings:
    """What each offer takes: all of the offers that pricing asks for, once orders have their ways."""

    shelf: NDArray[np.int32]  # (E,)
    units: NDArray[np.int32]  # (E,)

    @classmethod
    def of(cls, setting: Setting, offers: Offers) -> "Takings":
        return cls(
            shelf=setting.shelf[setting.batch.lines.sku[offers.line], offers.warehouse],
            units=setting.batch.lines.quantity.astype(np.int32)[offers.line],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """N orders with the same number of lines, n, and the same patterns.

    A *part* is a set of lines of one order; its *ways* are the warehouses that have all of it.
    Part (set s, order i) is number s * N + i. Ways stand part by part, those of small sets first.
    """

    orders: Ints  # (N,)
    lines: Ints  # (n, N)
    whole: bool
    shipments: int
    keep: int  # a bit for each line that must ship
    patterns: Patterns
    parts: Ints  # (M,) numbers of the parts that have a way
    starts: Ints  # (M,) where their ways begin
    warehouse: NDArray[np.int16]  # (X,)
    minor: NDArray[np.int32]  # (X,) freight of the way
    offers: tuple[NDArray[np.int32], ...]  # per size of set k: (k, ways of sets of that size)

    @property
    def effort(self) -> int:
        """Work units of pricing the group once."""
        return len(self.minor) * len(self.offers) + self.patterns.parts.size * len(self.orders)


def among(group: Group, chosen: Flags) -> Group:
    """Only these of its orders, (N,)."""
    count, size = int(chosen.sum()), len(group.orders)
    of = group.parts % size
    keep = chosen[of]
    sizes = np.diff(np.append(group.starts, len(group.minor)))
    ways = np.repeat(keep, sizes)
    place = np.cumsum(chosen) - 1
    ends = np.cumsum([taken.shape[1] for taken in group.offers])
    kept = np.split(ways, ends[:-1])
    return replace(
        group,
        orders=group.orders[chosen],
        lines=group.lines[:, chosen],
        parts=group.parts[keep] // size * count + place[of[keep]],
        starts=np.cumsum(sizes[keep]) - sizes[keep],
        warehouse=group.warehouse[ways],
        minor=group.minor[ways],
        offers=tuple(taken[:, mine] for taken, mine in zip(group.offers, kept, strict=True)),
    )


Numbers = NDArray[np.int32]  # (L, W) position of the offer, or -1


def find_offers(setting: Setting) -> tuple[Offers, Numbers]:
    """Every offer of the batch, and where each stands."""
    pieces = [_offers_of(setting, lines) for lines in _chunks(len(setting.grams))]
    line, warehouse = (np.concatenate(column) for column in zip(*pieces, strict=True))
    number = np.full((len(setting.grams), setting.warehouses), -1, dtype=np.int32)
    number[line, warehouse] = np.arange(len(line))
    return _offers(setting, line, warehouse), number


def _offers(setting: Setting, line: NDArray[np.int32], warehouse: NDArray[np.int16]) -> Offers:
    return Offers(
        line=line,
        warehouse=warehouse,
        line_minor=setting.line_minor(line, warehouse).astype(np.int32),
    )


def _chunks(size: int) -> Iterator[Ints]:
    for first in range(0, max(size, 1), _CHUNK):
        yield np.arange(first, min(first + _CHUNK, size))


def _offers_of(setting: Setting, lines: Ints) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    asked = setting.batch.lines
    has = setting.units[setting.shelf[asked.sku[lines]]] >= asked.quantity[lines, None]
    in_time = setting.zone[asked.order[lines]] != LATE
    line, warehouse = np.nonzero(has & in_time)
    return lines[line].astype(np.int32), warehouse.astype(np.int16)


def group_orders(setting: Setting, offers: Offers, number: Numbers) -> list[Group]:
    """All orders of up to NARROW_MAX lines, by number of lines and by what may be split."""
    orders = setting.batch.orders
    size = np.diff(setting.start)
    shipments = np.minimum(np.where(orders.split == Split.SINGLE_SHIPMENT, 1, orders.max_shipments), size)
    whole = (orders.split != Split.PARTIAL_ALLOWED) | (size == 1)
    kinds = np.stack([size, shipments, whole, _kept(setting)], axis=1)
    narrow = np.flatnonzero((size >= 1) & (size <= NARROW_MAX))
    found, of = np.unique(kinds[narrow], axis=0, return_inverse=True)
    return [
        _group(setting, offers, number, orders, tuple(found[kind].tolist()))
        for kind in range(len(found))
        for orders in _pieces(narrow[of.ravel() == kind])
    ]


def _pieces(orders: Ints) -> Iterator[Ints]:
    for first in range(0, len(orders), _GROUP):
        yield orders[first : first + _GROUP]


def _kept(setting: Setting) -> Ints:
    """(O,) a bit for each of the first lines that must be filled."""
    line = np.flatnonzero(setting.keep)
    order = setting.batch.lines.order[line]
    bits = np.zeros(setting.orders, dtype=np.int64)
    np.add.at(bits, order, np.int64(1) << np.minimum(line - setting.start[order], NARROW_MAX))
    return bits


def _group(setting: Setting, offers: Offers, number: Numbers, orders: Ints, kind: tuple[int, ...]) -> Group:
    size, shipments, whole, keep = kind
    table = patterns(size, shipments, whole=bool(whole), keep=keep)
    lines = setting.start[orders] + np.arange(size)[:, None]
    ways = [_ways(setting, offers, number, orders, lines[chosen]) for chosen in table.sets]
    part = np.concatenate([at * len(orders) + way.order for at, way in enumerate(ways)])
    parts, starts = np.unique(part, return_index=True)
    sizes = table.sets.sum(axis=1)
    return Group(
        orders=orders,
        lines=lines,
        whole=bool(whole),
        shipments=shipments,
        keep=keep,
        patterns=table,
        parts=parts,
        starts=starts,
        warehouse=np.concatenate([way.warehouse for way in ways]),
        minor=np.concatenate([way.minor for way in ways]),
        offers=tuple(
            np.concatenate([way.offers for way, lines in zip(ways, sizes, strict=True) if lines == k], axis=1)
            for k in np.unique(sizes)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ways:
    order: Ints
    warehouse: NDArray[np.int16]
    minor: NDArray[np.int32]
    offers: NDArray[np.int32]  # (k, ways)


def _ways(setting: Setting, offers: Offers, number: Numbers, orders: Ints, lines: Ints) -> _Ways:
    """The warehouses that have all of these lines, (k, N), of each order."""
    has = (number[lines] >= 0).all(axis=0)
    for mine in _siblings(setting, lines):
        has &= _together(setting, lines[list(mine)])
    order, warehouse = np.nonzero(has)
    taken = number[lines[:, order], warehouse]
    base = setting.base_minor[orders[order], warehouse]
    return _Ways(
        order=order,
        warehouse=warehouse.astype(np.int16),
        minor=base + offers.line_minor[taken].sum(axis=0, dtype=np.int32),
        offers=taken,
    )


def _siblings(setting: Setting, lines: Ints) -> Iterator[tuple[int, ...]]:
    """Pairs of places where some order asks for the same SKU twice."""
    sku = setting.batch.lines.sku[lines]
    for one in range(len(lines)):
        for other in range(one):
            if (sku[one] == sku[other]).any():
                yield one, other


def _together(setting: Setting, lines: Ints) -> Flags:
    """Where all lines of one SKU in the order find their units together."""
    asked = setting.batch.lines
    same = (asked.sku[lines] == asked.sku[lines[0]]).all(axis=0)
    need = asked.quantity[lines].sum(axis=0)
    enough = setting.units[setting.shelf[asked.sku[lines[0]]]] >= need[:, None]
    together: Flags = enough | ~same[:, None]
    return together
