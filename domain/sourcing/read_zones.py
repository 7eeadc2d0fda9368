"""Read the tariff's zones, as the planner takes them."""

from math import inf

import orjson

from domain.shared.database import records
from domain.sourcing.planning.model import ANYWHERE, WeightStep, Zone

_ZONES = """
    SELECT km_max, shipment_minor, kg_minor, transit_days, steps::text AS steps FROM shipping_zones ORDER BY km_max
"""


async def read_zones() -> tuple[Zone, ...]:
    """The zones by distance; where there are none, one that is everywhere."""
    rows = await records(_ZONES)
    return tuple(Zone(**dict(row) | {"steps": _steps(row["steps"])}) for row in rows) or (ANYWHERE,)


def _steps(text: str) -> tuple[WeightStep, ...]:
    return tuple(
        WeightStep(
            g_max=inf if step["gMax"] is None else step["gMax"],
            shipment_minor=step["shipmentMinor"],
            kg_minor=step["kgMinor"],
        )
        for step in orjson.loads(text)
    )
