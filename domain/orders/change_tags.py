"""Change an order's tags: put some on, take some off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.orders.lock_order import LockedOrder, lock_order
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value, transactional
from domain.shared.tags import require_few, tags_of

_TAGS = "SELECT tags FROM orders WHERE id = $1"
_CHANGE = "UPDATE orders SET tags = $2, version = version + 1, updated_at = $3 WHERE id = $1"
# Another routing may find what this one did not.
_LOOK_AGAIN = """
    UPDATE orders SET sourcing = 'WAITING'
    WHERE id = $1 AND sourcing = 'BACKORDERED' AND EXISTS (
        SELECT FROM rule_sets
        WHERE state = 'ACTIVE' AND jsonb_path_exists(definition, '$.routings[*].when[*] ? (@.rule == "TAG")'))
    RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTags:
    """Which tags; `expected_version` None: whatever version the order is at."""

    order_id: UUID
    tags: Collection[str]
    expected_version: int | None = None


@transactional
async def add_tags(ask: ChangeTags, *, by: Actor, now: datetime) -> UUID:
    """Put tags on the order, closed ones too; its id.

    Idempotent: tags it carries already stay. What is decided stays; what waits is looked at again, if rules ask for
    tags.

    Raises:
        InvalidTags: one cannot be a tag, or the order would carry too many.
        UnknownOrder, VersionConflict: as `lock_order`.
    """
    more = tags_of(ask.tags)
    order = await lock_order(ask.order_id, by=by, expected_version=ask.expected_version)
    known: list[str] = await fetch_value(_TAGS, order.id)
    new = [tag for tag in more if tag not in known]
    if not new:
        return order.id
    tags = sorted({*known, *new})
    require_few(tags)
    await _change(order, tags, now)
    await record([_event(order, EventKind.ORDER_TAGGED, new, tags)], by=by, now=now)
    return order.id


@transactional
async def remove_tags(ask: ChangeTags, *, by: Actor, now: datetime) -> UUID:
    """Take tags off the order; its id. Idempotent: tags it does not carry change nothing.

    Raises:
        InvalidTags: one cannot be a tag.
        UnknownOrder, VersionConflict: as `lock_order`.
    """
    fewer = tags_of(ask.tags)
    order = await lock_order(ask.order_id, by=by, expected_version=ask.expected_version)
    known: list[str] = await fetch_value(_TAGS, order.id)
    gone = [tag for tag in known if tag in fewer]
    if not gone:
        return order.id
    tags = [tag for tag in known if tag not in gone]
    await _change(order, tags, now)
    await record([_event(order, EventKind.ORDER_UNTAGGED, gone, tags)], by=by, now=now)
    return order.id


async def _change(order: LockedOrder, tags: list[str], now: datetime) -> None:
    await execute(_CHANGE, order.id, tags, now)
    if await fetch_value(_LOOK_AGAIN, order.id):
        await enqueue(JobKind.ALLOCATE, now=now)


def _event(order: LockedOrder, kind: EventKind, changed: list[str], tags: list[str]) -> OrderEvent:
    """`changed` are the tags put on or taken off, `tags` all it carries now."""
    payload = {"changed": changed, "tags": tags}
    return OrderEvent(order_id=order.id, version=order.version + 1, kind=kind, payload=payload)
