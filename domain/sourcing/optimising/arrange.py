"""One sequence for the same batch, however its orders, lines and warehouses came: so that plans cost the same."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from domain.sourcing.optimising.model import (
    UNFILLED,
    Batch,
    Flags,
    Incumbent,
    Ints,
    Lines,
    Orders,
    Rates,
    Terms,
    Warehouses,
)

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
    site_mark = _site_marks(batch)
    site = np.lexsort((site_mark, *_columns(batch.warehouses)))
    order = np.lexsort((_content(batch, site_mark), *_columns(batch.orders)))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    lines = batch.lines
    line = np.lexsort((lines.quantity, lines.sku, place[lines.order]))
    return _arranged(batch, order, site, line)


def _columns(table: Orders | Warehouses) -> list[Ints]:
    return [getattr(table, field.name) for field in reversed(fields(table))]


def _content(batch: Batch, site_mark: Ints) -> Ints:
    """(O,) a mark of what the order asks for, whatever its lines' sequence."""
    lines = batch.lines
    salt = np.random.default_rng(_SEED).integers(1, 1 << 40, size=len(batch.weight_g))
    mark = np.zeros(len(batch.orders.lat), dtype=np.int64)
    np.add.at(mark, lines.order, salt[lines.sku] * (lines.quantity * 2 + 1))
    for values in _by_pair(batch):
        mark += values.astype(np.int64) @ (site_mark * 2 + 1)
    return mark


def _site_marks(batch: Batch) -> Ints:
    """(W,) a mark of what is said of the warehouse order by order, whatever the orders' sequence."""
    mark = np.zeros(len(batch.warehouses.lat), dtype=np.int64)
    for place, values in enumerate(_by_pair(batch)):
        # squares, so that not only sums tell warehouses apart
        mark += (place + 1) * (values.astype(np.int64) ** 2).sum(axis=0)
    return mark


def _by_pair(batch: Batch) -> list[Ints | Flags]:
    """All (O, W) that the batch has."""
    tariff, terms = batch.tariff, batch.terms
    given = [terms.allowed, terms.extra_minor]
    given += [tariff.base_minor, tariff.kg_minor] if isinstance(tariff, Rates) else []
    return [values for values in given if values is not None]


def _arranged(batch: Batch, order: Ints, site: Ints, line: Ints) -> Arranged:
    order_now, site_now = np.argsort(order), np.argsort(site)
    lines, stock, tariff = batch.lines, batch.stock, batch.tariff
    pairs = np.ix_(order, site)
    if isinstance(tariff, Rates):
        tariff = Rates(base_minor=tariff.base_minor[pairs], kg_minor=tariff.kg_minor[pairs])
    return Arranged(
        batch=replace(
            batch,
            orders=Orders(**_taken(batch.orders, order)),
            lines=Lines(
                order=order_now[lines.order[line]], sku=lines.sku[line], quantity=lines.quantity[line]
            ),
            warehouses=Warehouses(**_taken(batch.warehouses, site)),
            stock=replace(stock, warehouse=site_now[stock.warehouse]),
            tariff=tariff,
            terms=_terms(batch.terms, pairs),
            incumbent=_incumbent(batch.incumbent, line, site_now),
        ),
        line=line,
        order=order,
        site=site,
    )


def _terms(terms: Terms, pairs: tuple[Any, ...]) -> Terms:
    allowed, extra = terms.allowed, terms.extra_minor
    return Terms(
        allowed=None if allowed is None else allowed[pairs],
        extra_minor=None if extra is None else extra[pairs],
    )


def _incumbent(held: Incumbent | None, line: Ints, site_now: Ints) -> Incumbent | None:
    if held is None:
        return None
    at = held.warehouse[line]
    return Incumbent(
        warehouse=np.where(at == UNFILLED, UNFILLED, site_now[at]), keep_filled=held.keep_filled[line]
    )


def _taken(table: Orders | Warehouses, which: Ints) -> dict[str, Any]:
    return {field.name: getattr(table, field.name)[which] for field in fields(table)}
