"""A decision as stored: what was chosen, what is missing, and each alternative with its cost. Pure."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.sourcing.accept_plan import Take
from domain.sourcing.planning import CostTerms


def describe(take: Take, codes: Mapping[UUID, str]) -> dict[str, Any]:
    """The decision's `detail`: warehouses by code, lines by SKU, costs in minor units; what was said, as `Said`."""
    lines = {line.line_id: line for line in take.order.lines}
    return {
        "shipments": [
            {
                "warehouse": codes[shipment.warehouse_id],
                "distanceKm": shipment.distance_km,
                "weightG": shipment.weight_g,
                "lines": [{"sku": lines[line_id].sku, "units": units} for line_id, units in shipment.lines],
                "cost": _cost(shipment.cost),
                "shipOn": shipment.ship_on,
                "arrivesOn": shipment.arrives_on,
                "late": shipment.late,
            }
            for shipment in take.decision.shipments
        ],
        "unfilled": unfilled(take),
        "candidates": [
            {
                "warehouses": [codes[warehouse_id] for warehouse_id in candidate.warehouse_ids],
                "chosen": candidate.chosen,
                "cost": _cost(candidate.cost),
                "reason": candidate.reason,
                "rule": candidate.rule,
                "behind": candidate.behind,
            }
            for candidate in take.decision.candidates
        ],
        "said": take.decision.said,
        "routing": take.decision.routing,
        "proven": take.decision.proven,
    }


def unfilled(take: Take) -> list[dict[str, Any]]:
    """What waits, and why."""
    lines = {line.line_id: line for line in take.order.lines}
    return [
        {"sku": lines[line_id].sku, "units": lines[line_id].quantity, "reason": reason.value}
        for line_id, reason in take.decision.unfilled
    ]


def _cost(cost: CostTerms) -> dict[str, int]:
    return {
        "shipment": cost.shipment_minor,
        "km": cost.km_minor,
        "weight": cost.weight_minor,
        "total": cost.total_minor,
    }
