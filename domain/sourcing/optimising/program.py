"""Options as the columns of a linear program: one option an order, no shelf and no warehouse overdrawn."""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from domain.sourcing.optimising.model import Ints, Reals
from domain.sourcing.optimising.options import Options, takes
from domain.sourcing.optimising.setting import Setting

INFINITE = highspy.kHighsInf


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """The program's rows: first orders, then shelves, then warehouses. -1: has no row."""

    order: Ints  # (O,)
    shelf: Ints  # (R + 1,)
    site: Ints  # (W,)
    count: int

    @classmethod
    def of(cls, setting: Setting, orders: Ints, shelves: Ints, sites: Ints) -> "Rows":
        size = len(orders) + len(shelves)
        return cls(
            order=_numbered(setting.orders, orders, 0),
            shelf=_numbered(len(setting.units), shelves, len(orders)),
            site=_numbered(setting.warehouses, sites, size),
            count=size + len(sites),
        )


def _numbered(size: int, chosen: Ints, first: int) -> Ints:
    numbers = np.full(size, -1, dtype=np.int64)
    numbers[chosen] = np.arange(first, first + len(chosen))
    return numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Compressed sparse columns."""

    cost: Reals
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Reals

    def __len__(self) -> int:
        return len(self.cost)


def columns_of(setting: Setting, options: Options, rows: Rows) -> Columns:
    taken = takes(setting, options.order, options.at)
    count = len(options)
    column = np.concatenate([np.arange(count), taken.option, taken.parcel_option])
    row = np.concatenate([rows.order[options.order], rows.shelf[taken.shelf], rows.site[taken.parcel]])
    value = np.concatenate([np.ones(count), taken.units, np.ones(len(taken.parcel))])
    column, row, value = column[row >= 0], row[row >= 0], value[row >= 0]
    # two lines of one SKU take from the same shelf, and a column may name a row once
    cell, where = np.unique(column * rows.count + row, return_inverse=True)
    return Columns(
        cost=options.minor.astype(np.float64),
        start=np.searchsorted(cell, np.arange(count + 1) * rows.count).astype(np.int32),
        index=(cell % rows.count).astype(np.int32),
        value=np.bincount(where, weights=value, minlength=len(cell)).astype(np.float64),
    )


def slack_columns(rows: Ints, cost: Reals) -> Columns:
    """One that lifts each of these rows' limit by a unit."""
    return Columns(
        cost=cost,
        start=np.arange(len(rows) + 1, dtype=np.int32),
        index=rows.astype(np.int32),
        value=-np.ones(len(rows)),
    )


def side_by_side(one: Columns, other: Columns) -> Columns:
    return Columns(
        cost=np.concatenate([one.cost, other.cost]),
        start=np.concatenate([one.start, one.start[-1] + other.start[1:]]),
        index=np.concatenate([one.index, other.index]),
        value=np.concatenate([one.value, other.value]),
    )


def program(columns: Columns, orders: int, limits: Reals, *, whole: bool) -> highspy.HighsLp:
    """`orders` rows that want one option each, then rows with limits."""
    lp = highspy.HighsLp()
    count = len(columns)
    lp.num_col_, lp.num_row_ = count, orders + len(limits)
    lp.col_cost_ = columns.cost
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.full(count, 1.0 if whole else INFINITE)
    lp.row_lower_ = np.concatenate([np.ones(orders), np.full(len(limits), -INFINITE)])
    lp.row_upper_ = np.concatenate([np.ones(orders), limits])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = columns.start, columns.index
    lp.a_matrix_.value_ = columns.value
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    return lp


def solver() -> highspy.Highs:
    """One thread and a fixed seed: the same program gives the same answer."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 1)
    return highs
