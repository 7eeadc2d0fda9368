"""Whole orders' options, side by side: where all lines of an order leave from, and what that takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.sourcing.optimising.model import Ints, Whole
from domain.sourcing.optimising.setting import SCALE, Setting, filled

_SEED = 20_011


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Options:
    """M options; those of one order stand together. Option m has the places `start[m]` to `start[m + 1]`."""

    order: Ints  # (M,) rising
    start: Ints  # (M + 1,)
    at: NDArray[np.int16]  # (places,) warehouse of each line of the order, or UNFILLED
    minor: Ints  # (M,) freight and penalties

    def __len__(self) -> int:
        return len(self.order)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Takes:
    """What options take, as sparse rows: (option, shelf, units) and (option, warehouse)."""

    option: Ints
    shelf: Ints
    units: Ints
    parcel_option: Ints
    parcel: Ints


def spread(start: Ints, which: Ints) -> tuple[Ints, Ints]:
    """The positions of these runs one after the other, and for each the place in `which`."""
    size = start[which + 1] - start[which]
    owner = np.repeat(np.arange(len(which)), size)
    first = np.cumsum(size) - size
    return np.arange(len(owner)) - first[owner] + start[which][owner], owner


def takes(setting: Setting, order: Ints, at: Whole) -> Takes:
    """Of options of these orders, with their places one after the other."""
    line, option = spread(setting.start, order)
    place = filled(at)
    line, option, site = line[place], option[place], at[place].astype(np.int64)
    parcels = np.unique(option * setting.warehouses + site)
    return Takes(
        option=option,
        shelf=setting.shelves(line, site),
        units=setting.batch.lines.quantity[line],
        parcel_option=parcels // setting.warehouses,
        parcel=parcels % setting.warehouses,
    )


def costs(setting: Setting, order: Ints, at: Whole) -> Ints:
    """(M,) freight and penalties of options of these orders."""
    line, option = spread(setting.start, order)
    place = filled(at)
    weight = setting.line_minor(line[place], at[place])
    taken = takes(setting, order, at)
    base = setting.base_minor[order[taken.parcel_option], taken.parcel]
    unfilled = np.bincount(option, minlength=len(order)) - np.bincount(option[place], minlength=len(order))
    minor = unfilled * setting.penalty_minor[order]
    minor += np.bincount(option[place], weights=weight, minlength=len(order)).astype(np.int64)
    minor += np.bincount(taken.parcel_option, weights=base, minlength=len(order)).astype(np.int64)
    return minor


def collect(setting: Setting, order: Ints, at: Whole) -> Options:
    """Each distinct option once."""
    line, option = spread(setting.start, order)
    size = np.diff(setting.start)
    salt = np.random.default_rng(_SEED).integers(1, 1 << 62, size=(int(size.max(initial=1)), 4099))
    within = line - setting.start[order][option]
    mark = np.zeros(len(order), dtype=np.int64)
    np.add.at(mark, option, salt[within, at + 1])
    keep = np.lexsort((mark, order))
    fresh = np.ones(len(keep), dtype=np.bool_)
    fresh[1:] = (order[keep][1:] != order[keep][:-1]) | (mark[keep][1:] != mark[keep][:-1])
    keep = keep[fresh]
    start = np.concatenate([[0], np.cumsum(size[order])])
    places, _ = spread(start, keep)
    kept, narrow = order[keep], at[places].astype(np.int16)
    return Options(
        order=kept,
        start=np.concatenate([[0], np.cumsum(size[kept])]),
        at=narrow,
        minor=costs(setting, kept, narrow),
    )


def select(options: Options, which: Ints) -> Options:
    """Those at these positions, which must rise."""
    places, _ = spread(options.start, which)
    size = np.diff(options.start)[which]
    return Options(
        order=options.order[which],
        start=np.concatenate([[0], np.cumsum(size)]),
        at=options.at[places],
        minor=options.minor[which],
    )


def stack(pools: Sequence[Options]) -> tuple[Options, Ints]:
    """All of them, and where each came from; no option may be in two."""
    order = np.concatenate([pool.order for pool in pools])
    size = np.concatenate([np.diff(pool.start) for pool in pools])
    start = np.concatenate([[0], np.cumsum(size)])
    which = np.argsort(order, kind="stable")
    places, _ = spread(start, which)
    together = Options(
        order=order[which],
        start=np.concatenate([[0], np.cumsum(size[which])]),
        at=np.concatenate([pool.at for pool in pools])[places],
        minor=np.concatenate([pool.minor for pool in pools])[which],
    )
    return together, which


def join(setting: Setting, *pools: Options) -> Options:
    """Each distinct option of all once."""
    return collect(
        setting,
        np.concatenate([pool.order for pool in pools]),
        np.concatenate([pool.at for pool in pools]),
    )


def values(setting: Setting, options: Options, shelf_price: Ints, parcel_price: Ints) -> Ints:
    """(M,) what each option costs at the prices, in their unit."""
    taken = takes(setting, options.order, options.at)
    units = shelf_price[taken.shelf] * taken.units
    value = options.minor * SCALE
    np.add.at(value, taken.option, units)
    np.add.at(value, taken.parcel_option, parcel_price[taken.parcel])
    return value
