"""An instance of the allocation format, version 1, read into a batch that cannot be wrong."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import orjson

from cli.allocating.fields import (
    BadInstance,
    Span,
    array,
    cells,
    column,
    entry,
    real_column,
    reals,
    whole,
    wholes,
)
from domain.sourcing.optimising import Batch, Lines, Orders, Stock, Tariff, Warehouses
from domain.sourcing.optimising.model import (
    MONEY_MAX,
    ORDER_LINES_MAX,
    QUANTITY_MAX,
    SUPPLY_MAX,
    WAREHOUSES_MAX,
    Ints,
)

_VERSION = 1
_COUNT = Span(low=0, high=SUPPLY_MAX)
_MONEY = Span(low=0, high=MONEY_MAX)
_DAYS = Span(low=0, high=3650)
_DAY_MIN = Span(low=0, high=10_000)
_LAT, _LON = Span(low=-90, high=90), Span(low=-180, high=180)
_PRIORITIES_MAX = 100


def read_instance(file: Path) -> Batch:
    """The batch in the file.

    Raises:
        BadInstance: with the path of the first field that is wrong.
    """
    raw = file.read_bytes()
    try:
        document: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        _refuse_its_field(raw)
        raise BadInstance(f"line {error.lineno}, column {error.colno}: not JSON") from None
    return parse_instance(document)


def _refuse_its_field(raw: bytes) -> None:
    """Raise BadInstance with a path if what is not JSON is a field's number: NaN, Infinity or one beyond a double."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return
    parse_instance(document)


def parse_instance(document: object) -> Batch:
    whole(document, "version", Span(low=_VERSION, high=_VERSION))
    penalty = _penalties(document)
    warehouses = _warehouses(document)
    weight = wholes(document, "sku_weight_g", _COUNT)
    orders = _orders(document, penalty)
    _known(orders.priority, penalty)
    lines = _lines(document, len(orders.lat), len(weight))
    tariff = _tariff(document)
    _require_weights(tariff, weight, lines)
    return Batch(
        now_min=whole(document, "now_min", _DAY_MIN),
        orders=orders,
        lines=lines,
        warehouses=warehouses,
        stock=_stock(document, len(weight), len(warehouses.lat)),
        tariff=tariff,
        weight_g=weight,
        penalty_minor=np.maximum(penalty, 0),
    )


def _penalties(document: object) -> Ints:
    """(P,) -1 where the instance names none."""
    found = entry(document, "penalty")
    if not isinstance(found, Mapping):
        raise BadInstance("penalty: an object was expected")
    given: dict[int, int] = {}
    for name, minor in found.items():
        if not (name.isascii() and name.isdecimal() and int(name) < _PRIORITIES_MAX):
            raise BadInstance(f"penalty.{name}: no priority; those are 0 to {_PRIORITIES_MAX - 1}")
        if type(minor) is not int or not 0 <= minor <= MONEY_MAX:
            raise BadInstance(f"penalty.{name}: whole cents from 0 to {MONEY_MAX:,} were expected")
        given[int(name)] = minor
    return np.array([given.get(one, -1) for one in range(max(given, default=-1) + 1)], dtype=np.int64)


def _known(priority: Ints, penalty: Ints) -> None:
    unknown = np.flatnonzero(penalty[priority] < 0)
    if len(unknown):
        place = int(unknown[0])
        raise BadInstance(f"orders[{place}].prio: priority {priority[place]} has no penalty")


def _warehouses(document: object) -> Warehouses:
    rows, label = array(document, "warehouses"), "warehouses"
    if not 1 <= len(rows) <= WAREHOUSES_MAX:
        raise BadInstance(f"warehouses: {len(rows)}, where 1 to {WAREHOUSES_MAX} were expected")
    return Warehouses(
        lat=real_column(rows, label, "lat", _LAT),
        lon=real_column(rows, label, "lon", _LON),
        fixed_minor=column(rows, label, "fixed", _MONEY),
        capacity=column(rows, label, "cap", Span(low=1, high=SUPPLY_MAX)),
        cutoff_min=column(rows, label, "cutoff_min", _DAY_MIN),
    )


def _orders(document: object, penalty: Ints) -> Orders:
    rows, label = array(document, "orders"), "orders"
    return Orders(
        lat=real_column(rows, label, "lat", _LAT),
        lon=real_column(rows, label, "lon", _LON),
        priority=column(rows, label, "prio", Span(low=0, high=max(len(penalty) - 1, 0))),
        split=column(rows, label, "policy", Span(low=0, high=2)),
        max_shipments=column(rows, label, "max_ship", Span(low=1, high=WAREHOUSES_MAX)),
        promise_days=column(rows, label, "promise_days", _DAYS),
    )


def _lines(document: object, orders: int, skus: int) -> Lines:
    found = entry(document, "lines")
    order = wholes(found, "order", Span(low=0, high=orders - 1), "lines")
    sku = wholes(found, "sku", Span(low=0, high=skus - 1), "lines")
    quantity = wholes(found, "qty", Span(low=1, high=QUANTITY_MAX), "lines")
    for name, values in (("sku", sku), ("qty", quantity)):
        if len(values) != len(order):
            raise BadInstance(f"lines.{name}: {len(values)} entries, but lines.order has {len(order)}")
    crowded = np.flatnonzero(np.bincount(order) > ORDER_LINES_MAX)
    if len(crowded):
        raise BadInstance(f"orders[{crowded[0]}]: more than {ORDER_LINES_MAX:,} lines")
    return Lines(order=order, sku=sku, quantity=quantity)


def _stock(document: object, skus: int, sites: int) -> Stock:
    rows, label = array(document, "stock"), "stock"
    for place, row in enumerate(rows):
        if type(row) is not list or len(row) != 4:
            raise BadInstance(f"stock[{place}]: [sku, warehouse, on_hand, safety] was expected")
    sku = cells(rows, label, 0, Span(low=0, high=skus - 1))
    site = cells(rows, label, 1, Span(low=0, high=sites - 1))
    free = cells(rows, label, 2, _COUNT) - cells(rows, label, 3, _COUNT)
    _require_once(sku * sites + site)
    return Stock(sku=sku, warehouse=site, units=np.maximum(free, 0))


def _require_once(shelf: Ints) -> None:
    by_shelf = np.argsort(shelf, kind="stable")
    again = by_shelf[1:][np.diff(shelf[by_shelf]) == 0]
    if len(again):
        raise BadInstance(f"stock[{again.min()}]: this SKU and warehouse stand there already")


def _tariff(document: object) -> Tariff:
    edges = reals(document, "zone_km", Span(low=0, high=1e9))
    if (np.diff(edges) <= 0).any():
        place = int(np.flatnonzero(np.diff(edges) <= 0)[0]) + 1
        raise BadInstance(f"zone_km[{place}]: edges must rise")
    names: Sequence[tuple[str, Span]] = (("zone_base", _MONEY), ("zone_kg", _MONEY), ("zone_days", _DAYS))
    base, per_kg, days = (wholes(document, name, span) for name, span in names)
    for name, values in (("zone_base", base), ("zone_kg", per_kg), ("zone_days", days)):
        if not 1 <= len(values) <= 255 or len(values) != len(edges) + 1:
            raise BadInstance(f"{name}: {len(values)} zones, but zone_km has {len(edges)} edges between them")
    return Tariff(
        zone_km=edges,
        zone_minor=base,
        zone_kg_minor=per_kg,
        zone_days=days,
        km_millis=whole(document, "km_millicent", Span(low=0, high=1_000_000)),
    )


def _require_weights(tariff: Tariff, weight_g: Ints, lines: Lines) -> None:
    heavy = weight_g[lines.sku].astype(np.float64) * lines.quantity * tariff.zone_kg_minor.max() / 1000
    beyond = np.flatnonzero(heavy > MONEY_MAX)
    if len(beyond):
        raise BadInstance(f"lines.qty[{beyond[0]}]: costs more than {MONEY_MAX:,} cents by its weight")
