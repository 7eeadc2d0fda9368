"""What the roll-ups should say, added up row by row in plain Python from orders, events and the ledger."""

import math
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.reporting.blocks import COARSE, DAYS, FEW, FINE
from domain.shared.database import records

ALL = UUID(int=0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Sums = dict[tuple[Any, ...], tuple[Any, ...]]

_ORDERS = """
    SELECT id, channel_id, currency, placed_at, state, units, subtotal_minor, platform_discount_minor AS platform,
           merchant_discount_minor AS merchant, shipping_minor, tax_minor, units_cancelled, promised_by, taken_in_at,
           coalesce(ship_to->>'country_code', '') AS country, coalesce(ship_to->>'region', '') AS region,
           coalesce(ship_to->>'postcode', '') AS postcode
    FROM orders
"""
_LINES = """
    SELECT order_id, variant_id, quantity, unit_price_minor AS price, platform_discount_minor AS platform,
           merchant_discount_minor AS merchant, cancelled, unit_cost_minor AS cost,
           (SELECT category FROM variants v JOIN products p ON p.id = v.product_id WHERE v.id = variant_id) AS category
    FROM order_lines
"""
_REASONS = (
    "SELECT subject_id, kind, payload->>'reason' AS reason FROM events WHERE kind LIKE 'ORDER_%CANCELLED'"
)
_DECISIONS = "SELECT order_id, outcome FROM sourcing_decisions"
_PARCELS = """
    SELECT f.id, f.order_id, f.warehouse_id, f.currency, f.cost_minor, f.weight_g, f.distance_km, f.planned_ship_on,
           f.shipped_at, f.delivered_at, w.timezone,
           (SELECT sum(quantity) FROM fulfilment_order_lines l WHERE l.fulfilment_order_id = f.id) AS units
    FROM fulfilment_orders f JOIN warehouses w ON w.id = f.warehouse_id
"""
_SHIPPED = """
    SELECT subject_id, version, (payload->>'fulfilmentOrderId')::uuid AS parcel FROM events
    WHERE kind = 'FULFILMENT_SHIPPED' ORDER BY subject_id, version
"""
_LEDGER = """
    SELECT variant_id, warehouse_id, version, on_hand, allocated, held, unsellable, reason, at
    FROM stock_entries ORDER BY variant_id, warehouse_id, version
"""
_SOLD = (
    "orders",
    "units",
    "gross",
    "platform",
    "merchant",
    "cancelled_units",
    "cancelled_minor",
    "cancelled",
)


async def recomputed() -> dict[str, Sums]:
    """Every roll-up by its name: its sums by its key."""
    orders = {row["id"]: dict(row) for row in await records(_ORDERS)}
    return {**await _sales(orders), **await _shipments(orders), **await _stock()}


async def rolled_up(schema: str = "reports") -> dict[str, Sums]:
    """The same as the database has it; sums that have come to nothing are left out."""
    keys = {
        "sales": 4, "regional_sales": 6, "variant_sales": 5, "category_sales": 5, "shipments": 5, "lead_times": 5, "levels": 2,
        "stock_moves": 4, "stock_outs": 3,
    }  # fmt: skip
    found = {}
    for table, width in keys.items():
        rows = [tuple(row.values()) for row in await records(f"SELECT * FROM {schema}.{table}")]
        found[table] = {
            row[:width]: row[width:] for row in rows if any(row[width:]) or table in ("levels", "stock_outs")
        }
    return found


async def _sales(orders: dict[Any, dict[str, Any]]) -> dict[str, Sums]:
    oversold = {r["subject_id"] for r in await records(_REASONS) if r["reason"] == "OUT_OF_STOCK"}
    waited = {row["order_id"] for row in await records(_DECISIONS) if row["outcome"] != "SOURCED"}
    arrived = defaultdict(list)
    for parcel in await records(_PARCELS):
        if parcel["delivered_at"]:
            arrived[parcel["order_id"]].append(parcel["delivered_at"])
    by_channel: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    by_region: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    by_variant: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    by_category: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    for line in await records(_LINES):
        order = orders[line["order_id"]]
        gross = line["price"] * line["quantity"]
        exact = (gross - line["platform"] - line["merchant"]) * line["cancelled"] / line["quantity"]
        lost = math.floor(exact + 0.5)
        order["cancelled_minor"] = order.get("cancelled_minor", 0) + lost
        left = line["quantity"] - line["cancelled"]
        order["cost"] = order.get("cost", 0) + (line["cost"] or 0) * left
        net = gross - line["platform"] - line["merchant"] - lost
        order["costed"] = order.get("costed", 0) + (line["cost"] is not None) * net
        sums = {
            "orders": 1, "units": line["quantity"], "gross": gross, "platform": line["platform"],
            "merchant": line["merchant"], "cancelled_units": line["cancelled"], "cancelled_minor": lost,
        }  # fmt: skip
        for minutes, start in _blocks(order["placed_at"], COARSE):
            for channel_id in (order["channel_id"], ALL):
                by_variant[minutes, start, channel_id, order["currency"], line["variant_id"]].update(sums)
        sold_as = (order["channel_id"], order["currency"], line["category"])
        _add(by_category, _blocks(order["placed_at"], FEW), sold_as, sums)
    for id_, order in orders.items():
        promise = order["promised_by"]
        missed = promise and order["state"] == "COMPLETED" and max(arrived[id_]) > promise
        sums = {
            "orders": 1, "units": order["units"], "gross": order["subtotal_minor"], "platform": order["platform"],
            "merchant": order["merchant"], "shipping": order["shipping_minor"], "tax": order["tax_minor"],
            "cancelled_units": order["units_cancelled"], "cancelled_minor": order["cancelled_minor"],
            "cancelled": int(order["state"] == "CANCELLED"), "waited": int(id_ in waited),
            "oversold": int(id_ in oversold and order["units_cancelled"] > 0), "promised": int(bool(promise)),
            "missed": int(bool(missed)), "cost": order["cost"], "costed": order["costed"],
        }  # fmt: skip
        where = (order["channel_id"], order["currency"])
        for minutes, start in _blocks(order["placed_at"], FINE):
            by_channel[minutes, start, *where].update(sums)
        area = order["region"] or order["postcode"][:2]
        for minutes, start in _blocks(order["placed_at"], COARSE):
            for channel_id in (order["channel_id"], ALL):
                by_region[minutes, start, channel_id, order["currency"], order["country"], area].update(sums)
    channel = (*_SOLD[:5], "shipping", "tax", *_SOLD[5:], "waited", "oversold", "promised", "missed")
    sales = _tuples(by_channel, channel, net=True)
    return {
        "sales": {
            key: (*sums, by_channel[key]["cost"], by_channel[key]["costed"]) for key, sums in sales.items()
        },
        "regional_sales": _tuples(by_region, _SOLD, net=True),
        "variant_sales": _tuples(by_variant, _SOLD[:-1], net=True),
        "category_sales": _tuples(by_category, _SOLD[:-1], net=True),
    }


async def _shipments(orders: dict[Any, dict[str, Any]]) -> dict[str, Sums]:
    parcels = {row["id"]: row for row in await records(_PARCELS)}
    shipments: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    times: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    turns: Counter[Any] = Counter()
    for event in await records(_SHIPPED):
        turns[event["subject_id"]] += 1
        turn, parcel = turns[event["subject_id"]], parcels[event["parcel"]]
        order = orders[parcel["order_id"]]
        local = parcel["shipped_at"].astimezone(ZoneInfo(parcel["timezone"])).date()
        planned = parcel["planned_ship_on"]
        sums = {
            "parcels": 1, "orders": int(turn == 1), "split": int(turn == 2), "units": parcel["units"],
            "cost": parcel["cost_minor"], "weight": parcel["weight_g"],
            "metres": round(1000 * parcel["distance_km"]) if parcel["distance_km"] is not None else 0,
            "measured": int(parcel["distance_km"] is not None), "planned": int(planned is not None),
            "late": int(planned is not None and local > planned),
        }  # fmt: skip
        minutes_taken = (parcel["shipped_at"] - order["taken_in_at"]).total_seconds() / 60
        bucket = math.ceil(math.log(max(1, minutes_taken)) / math.log(1.05) - 1e-12)
        for minutes, start in _blocks(parcel["shipped_at"], FINE):
            shipments[minutes, start, parcel["warehouse_id"], order["channel_id"], parcel["currency"]].update(
                sums
            )
            for warehouse_id, channel_id in product(
                (parcel["warehouse_id"], ALL), (order["channel_id"], ALL)
            ):
                times[minutes, start, warehouse_id, channel_id, bucket].update({"parcels": 1})
    measures = (
        "parcels",
        "orders",
        "split",
        "units",
        "cost",
        "weight",
        "metres",
        "measured",
        "planned",
        "late",
    )
    return {"shipments": _tuples(shipments, measures), "lead_times": _tuples(times, ("parcels",))}


async def _stock() -> dict[str, Sums]:
    moves: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    levels: dict[Any, tuple[Any, ...]] = {}
    outs: dict[Any, tuple[Any, ...]] = {}
    for entry in await records(_LEDGER):
        where = (entry["variant_id"], entry["warehouse_id"])
        _, on_hand, free = levels.get(where, (0, 0, 0))
        now = free + entry["on_hand"] - entry["allocated"] - entry["held"] - entry["unsellable"]
        levels[where] = (entry["version"], on_hand + entry["on_hand"], now)
        if free > 0 >= now:
            outs[*where, entry["version"]] = (entry["at"], None)
        elif now > 0 >= free:
            for key, (began, ended) in outs.items():
                if key[:2] == where and ended is None:
                    outs[key] = (began, max(began, entry["at"]))
        units, kind = entry["on_hand"], entry["reason"]
        if not units:
            continue
        moved = kind.startswith("TRANSFER_")
        for minutes, start in _blocks(entry["at"], DAYS):
            left = 60 * minutes - math.floor((entry["at"] - start).total_seconds())
            sums = {
                "received": units if units > 0 and not moved else 0,
                "shipped": -units if kind == "SHIPPED" else 0,
                "lost": -units if units < 0 and kind != "SHIPPED" and not moved else 0,
                "transferred": units if moved else 0,
                "seconds": units * left,
            }
            for place in (entry["warehouse_id"], ALL):
                moves[minutes, start, entry["variant_id"], place].update(sums)
    measures = ("received", "shipped", "lost", "transferred", "seconds")
    return {"levels": levels, "stock_moves": _tuples(moves, measures), "stock_outs": outs}


def _blocks(at: datetime, lengths: tuple[int, ...]) -> list[tuple[int, datetime]]:
    minute = int((at - EPOCH).total_seconds() // 60)
    return [(n, EPOCH + timedelta(minutes=minute // n * n)) for n in lengths]


def _add(
    to: dict[Any, Counter[str]],
    blocks: list[tuple[int, datetime]],
    key: tuple[Any, ...],
    sums: dict[str, Any],
) -> None:
    for block in blocks:
        to[*block, *key].update(sums)


def _tuples(sums: dict[Any, Counter[str]], measures: tuple[str, ...], *, net: bool = False) -> Sums:
    found: Sums = {}
    for key, counted in sums.items():
        values = tuple(counted[name] for name in measures)
        lost = counted["platform"] + counted["merchant"] + counted["cancelled_minor"]
        found[key] = (*values, counted["gross"] - lost) if net else values
    return {key: values for key, values in found.items() if any(values)}
