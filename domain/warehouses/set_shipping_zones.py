"""Set the zones of the tariff: what the way costs by its length, and how long it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf, isfinite

import orjson

from domain.shared.actor import Actor
from domain.shared.database import execute, records, transactional
from domain.shared.refusal import InvalidInput
from domain.warehouses.fill_wanted import fill_wanted
from domain.warehouses.save_warehouse import TARIFF_MAX

ZONES_MAX = 50
TRANSIT_DAYS_MAX = 90
STEPS_MAX = 50
WEIGHT_MAX_G = 1_000_000_000

_CLEAR = "DELETE FROM shipping_zones"
_SET = """
    INSERT INTO shipping_zones (km_max, shipment_minor, kg_minor, transit_days, steps)
    SELECT t.km_max, t.shipment_minor, t.kg_minor, t.transit_days, t.steps::jsonb
    FROM unnest($1::float8[], $2::bigint[], $3::bigint[], $4::smallint[], $5::text[])
         AS t (km_max, shipment_minor, kg_minor, transit_days, steps)
"""
_ZONES = """
    SELECT km_max, shipment_minor, kg_minor, transit_days, steps::text AS steps FROM shipping_zones ORDER BY km_max
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightStep:
    """What an order up to `g_max` grams (None: however heavy) costs besides its zone: a shipment, and each kg."""

    g_max: int | None
    shipment_minor: int = 0
    kg_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingZone:
    """What a shipment up to `km_max` (None: however far) costs besides its warehouse's tariff.

    `steps` are by what is sourced of an order together; beyond the last one, the last one applies.
    """

    km_max: float | None
    shipment_minor: int
    kg_minor: int
    transit_days: int
    steps: tuple[WeightStep, ...] = ()


class InvalidShippingZones(InvalidInput):
    """The zones cannot be like this; `field` says what is wrong."""

    code = "INVALID_SHIPPING_ZONES"


@transactional
async def set_shipping_zones(zones: Sequence[ShippingZone], *, by: Actor, now: datetime) -> None:  # noqa: ARG001
    """Let the tariff have these zones and no others.

    Idempotent. Where they change, backorders are looked at again, since other warehouses may reach them.

    Raises:
        InvalidShippingZones: a zone cannot be right, or two end at the same distance.
    """
    _check(zones)
    before = await shipping_zones()
    await execute(_CLEAR)
    await execute(
        _SET,
        [inf if zone.km_max is None else zone.km_max for zone in zones],
        [zone.shipment_minor for zone in zones],
        [zone.kg_minor for zone in zones],
        [zone.transit_days for zone in zones],
        [_written(zone.steps) for zone in zones],
    )
    if await shipping_zones() != before:
        await fill_wanted(now=now)


async def shipping_zones() -> list[ShippingZone]:
    """The zones by distance."""
    return [
        ShippingZone(
            km_max=row["km_max"] if isfinite(row["km_max"]) else None,
            shipment_minor=row["shipment_minor"],
            kg_minor=row["kg_minor"],
            transit_days=row["transit_days"],
            steps=_read(row["steps"]),
        )
        for row in await records(_ZONES)
    ]


def _written(steps: Sequence[WeightStep]) -> str:
    """By weight, as migration 0011 describes it."""
    ordered = sorted(steps, key=lambda step: inf if step.g_max is None else step.g_max)
    told = [
        {"gMax": step.g_max, "shipmentMinor": step.shipment_minor, "kgMinor": step.kg_minor}
        for step in ordered
    ]
    return orjson.dumps(told).decode()


def _read(text: str) -> tuple[WeightStep, ...]:
    return tuple(
        WeightStep(g_max=step["gMax"], shipment_minor=step["shipmentMinor"], kg_minor=step["kgMinor"])
        for step in orjson.loads(text)
    )


def _check(zones: Sequence[ShippingZone]) -> None:
    if len(zones) > ZONES_MAX:
        raise InvalidShippingZones(f"At most {ZONES_MAX} zones.", field="zones")
    for at, zone in enumerate(zones):
        km = 1.0 if zone.km_max is None else zone.km_max
        guards = (
            ("kmMax", isfinite(km) and km > 0, "more than 0, or nothing"),
            (
                "kmMax",
                zone.km_max not in [one.km_max for one in zones[:at]],
                "another distance: one ends there",
            ),
            ("shipmentMinor", 0 <= zone.shipment_minor <= TARIFF_MAX, f"0 to {TARIFF_MAX}"),
            ("kgMinor", 0 <= zone.kg_minor <= TARIFF_MAX, f"0 to {TARIFF_MAX}"),
            ("transitDays", 0 <= zone.transit_days <= TRANSIT_DAYS_MAX, f"0 to {TRANSIT_DAYS_MAX}"),
        )
        for field, right, wanted in guards:
            if not right:
                raise InvalidShippingZones(f"Must be {wanted}.", field=f"zones[{at}].{field}")
        _check_steps(zone.steps, f"zones[{at}].steps")


def _check_steps(steps: Sequence[WeightStep], at: str) -> None:
    if len(steps) > STEPS_MAX:
        raise InvalidShippingZones(f"At most {STEPS_MAX} steps.", field=at)
    ends = [step.g_max for step in steps]
    for number, step in enumerate(steps):
        grams = 1 if step.g_max is None else step.g_max
        guards = (
            ("gMax", 1 <= grams <= WEIGHT_MAX_G, f"1 to {WEIGHT_MAX_G} grams, or nothing"),
            ("gMax", ends.count(step.g_max) == 1, "another weight: a step ends there"),
            ("shipmentMinor", 0 <= step.shipment_minor <= TARIFF_MAX, f"0 to {TARIFF_MAX}"),
            ("kgMinor", 0 <= step.kg_minor <= TARIFF_MAX, f"0 to {TARIFF_MAX}"),
        )
        for field, right, wanted in guards:
            if not right:
                raise InvalidShippingZones(f"Must be {wanted}.", field=f"{at}[{number}].{field}")
