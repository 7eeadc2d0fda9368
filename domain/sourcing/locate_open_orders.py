"""Locate open orders by what is known of places now, and have them planned anew."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.places.locate import Address, locate
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional
from domain.sourcing.reevaluating.request_reevaluation import request_reevaluation

ORDERS_A_TRANSACTION = 500
_NONE_BEFORE = UUID(int=0)
_OPEN = statement(__file__, "open_addresses.sql")
_RELOCATE = statement(__file__, "relocate_orders.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocated:
    """Open orders that do not state where they go: how many there are, are located otherwise now, and nowhere still."""

    seen: int = 0
    changed: int = 0
    unknown: int = 0


async def locate_open_orders(*, by: Actor, now: datetime) -> Relocated:
    """Locate all open orders that came without coordinates; if any moved, a re-evaluation follows.

    Idempotent, in transactions of ORDERS_A_TRANSACTION; cut off, what is done stays done. What came with coordinates is
    left alone.
    """
    done, last = Relocated(), _NONE_BEFORE
    while page := await _page(last, now):
        last, step = page
        done = Relocated(
            seen=done.seen + step.seen,
            changed=done.changed + step.changed,
            unknown=done.unknown + step.unknown,
        )
    if done.changed:
        await request_reevaluation(by=by, now=now)
    return done


@transactional
async def _page(after: UUID, now: datetime) -> tuple[UUID, Relocated] | None:
    """The next orders' part of it, and the last of them; None: there are no more."""
    rows = await records(_OPEN, after, ORDERS_A_TRANSACTION)
    if not rows:
        return None
    ids, *parts = map(list, zip(*rows, strict=True))
    found = await locate([Address(*address) for address in zip(*parts, strict=True)])
    changed = await execute(_RELOCATE, ids, *map(list, zip(*found, strict=True)), now)
    if changed:
        await enqueue(JobKind.ALLOCATE, now=now)
    unknown = sum(each.latitude is None for each in found)
    return ids[-1], Relocated(seen=len(rows), changed=changed, unknown=unknown)
