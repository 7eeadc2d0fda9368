"""Decide from which warehouses each order ships, and say why: pure, exact, repeatable."""

from domain.orders.policies import SplitPolicy
from domain.sourcing.planning.cost import money
from domain.sourcing.planning.geo import great_circle_km
from domain.sourcing.planning.model import (
    Candidate,
    CostTerms,
    Decision,
    LineToSource,
    OrderToSource,
    Outcome,
    Place,
    Plan,
    PlannedShipment,
    Site,
    Snapshot,
    SourcingPolicy,
    UnfilledReason,
)
from domain.sourcing.planning.plan import plan

__all__ = [
    "Candidate",
    "CostTerms",
    "Decision",
    "LineToSource",
    "OrderToSource",
    "Outcome",
    "Place",
    "Plan",
    "PlannedShipment",
    "Site",
    "Snapshot",
    "SourcingPolicy",
    "SplitPolicy",
    "UnfilledReason",
    "great_circle_km",
    "money",
    "plan",
]
