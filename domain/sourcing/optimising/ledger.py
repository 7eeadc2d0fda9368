"""Who has what: the units and shipments that are left, and the option that every order holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.sourcing.optimising.model import UNFILLED, Flags, Ints
from domain.sourcing.optimising.options import Options
from domain.sourcing.optimising.pricing import Left
from domain.sourcing.optimising.program import Columns, Rows, columns_of
from domain.sourcing.optimising.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Needs:
    """What options take, as lists, because they are read one by one."""

    start: list[int]
    row: list[int]
    amount: list[int]

    def of(self, option: int) -> list[tuple[int, int]]:
        part = slice(self.start[option], self.start[option + 1])
        return list(zip(self.row[part], self.amount[part], strict=True))


@dataclass(slots=True, kw_only=True, eq=False)
class Ledger:
    """Rows are shelves, then warehouses."""

    setting: Setting
    rows: Rows
    left: list[int]
    at: NDArray[np.int16]  # (L,)
    placed: list[bool]  # (O,) has an option, be it to wait
    holds: list[list[tuple[int, int]]]  # (O,) rows and amounts

    @classmethod
    def open(cls, setting: Setting) -> "Ledger":
        nobody = np.zeros(0, dtype=np.int64)
        shelves, sites = np.arange(len(setting.units)), np.arange(setting.warehouses)
        limits = np.concatenate([setting.units, setting.batch.warehouses.capacity])
        return cls(
            setting=setting,
            rows=Rows.of(setting, nobody, shelves, sites),
            left=limits.tolist(),
            at=np.full(len(setting.grams), UNFILLED, dtype=np.int16),
            placed=[False] * setting.orders,
            holds=[[] for _ in range(setting.orders)],
        )

    def needs(self, options: Options) -> Needs:
        columns: Columns = columns_of(self.setting, options, self.rows)
        return Needs(
            start=columns.start.tolist(),
            row=columns.index.tolist(),
            amount=columns.value.astype(np.int64).tolist(),
        )

    def fits(self, needs: list[tuple[int, int]]) -> bool:
        left = self.left
        return all(left[row] >= amount for row, amount in needs)

    def swap(self, order: int, needs: list[tuple[int, int]], at: NDArray[np.int16]) -> bool:
        """Give what fits once the order gave back what it holds; else it keeps that."""
        before = self.holds[order]
        self.take_back(order)
        if self.fits(needs):
            self.give(order, needs, at)
            return True
        for row, amount in before:
            self.left[row] -= amount
        self.holds[order] = before
        return False

    def give(self, order: int, needs: list[tuple[int, int]], at: NDArray[np.int16]) -> None:
        """To an order that holds nothing."""
        for row, amount in needs:
            self.left[row] -= amount
        self.holds[order] = needs
        self.placed[order] = True
        self.at[int(self.setting.start[order]) : int(self.setting.start[order + 1])] = at

    def take_back(self, order: int) -> None:
        for row, amount in self.holds[order]:
            self.left[row] += amount
        self.holds[order] = []

    def snapshot(self) -> Left:
        left = np.array(self.left, dtype=np.int64)
        shelves = len(self.setting.units)
        return Left(units=left[:shelves], shipments=left[shelves:])

    def held(self) -> Ints:
        return self.at.astype(np.int64)

    def waiting(self) -> Flags:
        """(O,) orders with a line that has no warehouse."""
        waiting = np.zeros(self.setting.orders, dtype=np.bool_)
        waiting[self.setting.batch.lines.order[self.at == UNFILLED]] = True
        return waiting
