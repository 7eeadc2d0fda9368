"""Sourcing decisions, as rows."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.reading import Row, by_key, grouped
from domain.sourcing.models import SourcingDecision


async def decisions(ids: Sequence[UUID]) -> list[Row | None]:
    """The decision of each id."""
    return await by_key(SourcingDecision, "id", ids)


async def decisions_of(order_ids: Sequence[UUID]) -> list[list[Row]]:
    """Each order's decisions, oldest first."""
    return await grouped(SourcingDecision, "order_id", order_ids, "at", "id")
