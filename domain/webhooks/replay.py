"""Send again: deliveries by name, or all of an endpoint since a moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.shared.actor import Actor, Scope
from domain.shared.database import execute, transactional
from domain.webhooks.refusals import UnknownWebhookDelivery

_AGAIN = """
    UPDATE webhook_deliveries SET state = 'PENDING', attempts = 0, next_at = $2, delivered_at = NULL
    WHERE id = ANY($1::uuid[])
"""
_SINCE = """
    UPDATE webhook_deliveries SET state = 'PENDING', attempts = 0, next_at = $3, delivered_at = NULL
    WHERE endpoint_id = $1 AND created_at >= $2 AND ($4 OR state = 'FAILED')
"""


@transactional
async def replay_deliveries(delivery_ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """Send these again, under the ids they had, with all attempts before them.

    Raises:
        UnknownWebhookDelivery, NotAllowed: one is not there, or the key is not an administrator's of every channel.
    """
    by.require_everywhere(Scope.ADMIN)
    wanted = list(set(delivery_ids))
    if await execute(_AGAIN, wanted, now) < len(wanted):
        raise UnknownWebhookDelivery("There is no such delivery.", field="ids")


@transactional
async def replay_since(
    endpoint_id: UUID, since: datetime, *, delivered_too: bool, by: Actor, now: datetime
) -> int:
    """Send what failed since then again, or all of it; how many.

    Raises:
        NotAllowed: the key is not an administrator's of every channel.
    """
    by.require_everywhere(Scope.ADMIN)
    return await execute(_SINCE, endpoint_id, since, now, delivered_too)
