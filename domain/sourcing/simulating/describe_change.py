"""One side of a changed order, as stored. Pure."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.sourcing.simulating.happenings import Sourced


def describe_side(sourced: Sourced, codes: Mapping[UUID, str]) -> dict[str, Any]:
    """Warehouses by code, costs in minor units; what was said, as `Said`."""
    return {
        "warehouses": [codes[parcel.warehouse_id] for parcel in sourced.parcels],
        "currency": sourced.currency,
        "costMinor": sourced.cost_minor,
        "units": sourced.units,
        "unitsFilled": sourced.units_filled,
        "explanation": sourced.explanation,
    }
