"""Endpoints, deliveries and attempts as rows."""

from collections.abc import Sequence
from uuid import UUID

from domain.shared.reading import Row, by_key, grouped
from domain.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint


async def endpoints(ids: Sequence[UUID]) -> list[Row | None]:
    """The endpoint of each id."""
    return await by_key(WebhookEndpoint, "id", ids)


async def deliveries(ids: Sequence[UUID]) -> list[Row | None]:
    """The delivery of each id."""
    return await by_key(WebhookDelivery, "id", ids)


async def attempts_of(delivery_ids: Sequence[UUID]) -> list[list[Row]]:
    """The attempts at each delivery, oldest first."""
    return await grouped(WebhookAttempt, "delivery_id", delivery_ids, "at", "id")
