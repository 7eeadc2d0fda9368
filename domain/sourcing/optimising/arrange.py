"""One sequence for the same batch, however its orders, lines and warehouses came: so that plans cost the same."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from domain.sourcing.optimising.model import UNFILLED, Batch, Ints, Lines, Orders, Stock, Warehouses

_SEED = 40_009


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arranged:
    """Lines stand grouped by order. `line`, `order` and `site` are the positions they had."""

    batch: Batch
    line: Ints  # (L,)
    order: Ints  # (O,)
    site: Ints  # (W,)

    def back(self, warehouse: Ints) -> Ints:
        """A plan's warehouses, as the batch that came numbers lines and warehouses."""
        found = np.empty_like(warehouse)
        found[self.line] = np.where(warehouse == UNFILLED, UNFILLED, self.site[warehouse])
        return found

    def orders_back(self, values: Ints) -> Ints:
        found = np.empty_like(values)
        found[self.order] = values
        return found


def as_given(batch: Batch) -> Arranged:
    """Only the lines grouped."""
    order, site = np.arange(len(batch.orders.lat)), np.arange(len(batch.warehouses.lat))
    return _arranged(batch, order, site, np.argsort(batch.lines.order, kind="stable"))


def by_content(batch: Batch) -> Arranged:
    """Everything sorted by what it is."""
    order = np.lexsort((_content(batch), *_columns(batch.orders)))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    lines = batch.lines
    line = np.lexsort((lines.quantity, lines.sku, place[lines.order]))
    return _arranged(batch, order, np.lexsort(_columns(batch.warehouses)), line)


def _columns(table: Orders | Warehouses) -> list[Ints]:
    return [getattr(table, field.name) for field in reversed(fields(table))]


def _content(batch: Batch) -> Ints:
    """(O,) a mark of what the order asks for, whatever its lines' sequence."""
    lines = batch.lines
    salt = np.random.default_rng(_SEED).integers(1, 1 << 40, size=len(batch.weight_g))
    mark = np.zeros(len(batch.orders.lat), dtype=np.int64)
    np.add.at(mark, lines.order, salt[lines.sku] * (lines.quantity * 2 + 1))
    return mark


def _arranged(batch: Batch, order: Ints, site: Ints, line: Ints) -> Arranged:
    order_now, site_now = np.argsort(order), np.argsort(site)
    lines, stock = batch.lines, batch.stock
    return Arranged(
        batch=Batch(
            now_min=batch.now_min,
            orders=Orders(**_taken(batch.orders, order)),
            lines=Lines(
                order=order_now[lines.order[line]], sku=lines.sku[line], quantity=lines.quantity[line]
            ),
            warehouses=Warehouses(**_taken(batch.warehouses, site)),
            stock=Stock(sku=stock.sku, warehouse=site_now[stock.warehouse], units=stock.units),
            tariff=batch.tariff,
            weight_g=batch.weight_g,
            penalty_minor=batch.penalty_minor,
        ),
        line=line,
        order=order,
        site=site,
    )


def _taken(table: Orders | Warehouses, which: Ints) -> dict[str, Any]:
    return {field.name: getattr(table, field.name)[which] for field in fields(table)}
