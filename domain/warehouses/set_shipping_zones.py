"""Set the zones of the tariff: what the way costs by its length, and how long it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

from domain.shared.actor import Actor
from domain.shared.database import execute, records, transactional
from domain.shared.refusal import InvalidInput
from domain.warehouses.save_warehouse import TARIFF_MAX

ZONES_MAX = 50
TRANSIT_DAYS_MAX = 90

_CLEAR = "DELETE FROM shipping_zones"
_SET = """
    INSERT INTO shipping_zones (km_max, shipment_minor, kg_minor, transit_days)
    SELECT * FROM unnest($1::float8[], $2::bigint[], $3::bigint[], $4::smallint[])
"""
_ZONES = "SELECT km_max, shipment_minor, kg_minor, transit_days FROM shipping_zones ORDER BY km_max"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingZone:
    """What a shipment up to `km_max` (None: however far) costs besides its warehouse's tariff."""

    km_max: float | None
    shipment_minor: int
    kg_minor: int
    transit_days: int


class InvalidShippingZones(InvalidInput):
    """The zones cannot be like this; `field` says what is wrong."""

    code = "INVALID_SHIPPING_ZONES"


@transactional
async def set_shipping_zones(zones: Sequence[ShippingZone], *, by: Actor) -> None:  # noqa: ARG001
    """Let the tariff have these zones and no others. Idempotent.

    Raises:
        InvalidShippingZones: a zone cannot be right, or two end at the same distance.
    """
    _check(zones)
    await execute(_CLEAR)
    await execute(
        _SET,
        [inf if zone.km_max is None else zone.km_max for zone in zones],
        [zone.shipment_minor for zone in zones],
        [zone.kg_minor for zone in zones],
        [zone.transit_days for zone in zones],
    )


async def shipping_zones() -> list[ShippingZone]:
    """The zones by distance."""
    return [
        ShippingZone(**{**row, "km_max": row["km_max"] if isfinite(row["km_max"]) else None})
        for row in await records(_ZONES)
    ]


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
