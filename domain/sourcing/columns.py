"""Decisions and the parcels they make, as the columns that statements write. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from domain.sourcing.planning import Decision, PlannedShipment
from domain.sourcing.said import kept


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment on its way to becoming a fulfilment order."""

    id: UUID
    order_id: UUID
    decision_id: UUID
    shipment: PlannedShipment


def decision_columns(
    decisions: Sequence[Decision], ids: Mapping[UUID, UUID], details: Sequence[Mapping[str, Any]]
) -> list[list[Any]]:
    """`ids` are the decisions' by order; `details` what is kept of each as JSON."""
    return [
        [ids[one.order_id] for one in decisions],
        [one.order_id for one in decisions],
        [one.outcome.value for one in decisions],
        [one.total_minor for one in decisions],
        [len(one.shipments) for one in decisions],
        [one.explanation for one in decisions],
        [orjson.dumps(detail, default=kept).decode() for detail in details],
        [one.input_hash for one in decisions],
    ]


def parcel_columns(parcels: Sequence[Parcel]) -> list[list[Any]]:
    """What each fulfilment order begins with."""
    return [
        [parcel.id for parcel in parcels],
        [parcel.order_id for parcel in parcels],
        [parcel.shipment.warehouse_id for parcel in parcels],
        [parcel.decision_id for parcel in parcels],
        [parcel.shipment.cost.total_minor for parcel in parcels],
        [parcel.shipment.distance_km for parcel in parcels],
        [parcel.shipment.weight_g for parcel in parcels],
        [parcel.shipment.ship_on for parcel in parcels],
        [parcel.shipment.arrives_on for parcel in parcels],
        [parcel.shipment.late for parcel in parcels],
    ]
