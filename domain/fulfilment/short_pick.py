"""Short pick: some units of a parcel are not there; the rest is shipped, and what is missing sourced elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.lines import FulfilmentLine, lines_of
from domain.fulfilment.missing import missing_of, rest_of, told
from domain.fulfilment.reject import (
    RejectFulfilment,
    RejectReason,
    given_back,
    reject,
    release_units,
    source_elsewhere,
)
from domain.fulfilment.reprice import reprice
from domain.fulfilment.step import LockedFulfilment, lock_each
from domain.orders.policies import SplitPolicy
from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value, statement, transactional
from domain.shared.text import require_text
from domain.stock.move import move

_SHORTEN = statement(__file__, "shorten.sql")
_SPLIT_POLICY = "SELECT split_policy FROM orders WHERE id = $1"
_NEXT_VERSION = "UPDATE orders SET version = version + 1, updated_at = $2 WHERE id = $1"


class ShortReason(StrEnum):
    """Why units are missing.

    OUT_OF_STOCK: they are not there, so they leave the books. DAMAGED: they are there, but cannot be sold.
    """

    OUT_OF_STOCK = "OUT_OF_STOCK"
    DAMAGED = "DAMAGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortPick:
    """How many units of which order lines are missing from a parcel, at least one each."""

    fulfilment_order_id: UUID
    missing: Mapping[UUID, int]
    reason: ShortReason
    note: str = ""


@transactional
async def short_pick(ask: ShortPick, *, by: Actor, now: datetime) -> None:
    """Take the missing units out of the parcel, correct the stock, and let them be sourced from elsewhere.

    The parcel goes on as it was, with what is there; if nothing is, it is rejected. So it is where the order may not
    leave in parts: what is there is free again, and all of it is sourced anew. This warehouse is not tried again for
    this order, as `source_elsewhere` says.

    Raises:
        InvalidText: the note is too long.
        InvalidShortPick: nothing is missing, or more than there was, or of another order.
        UnknownFulfilmentOrder, WrongState: as `lock_each`, from where it could be rejected.
    """
    note = require_text(ask.note, field="note")
    [fulfilment] = await _locked(ask.fulfilment_order_id, by)
    lines = await lines_of([fulfilment.id])
    missing = missing_of(ask.missing, lines)
    reason = RejectReason(ask.reason)
    if not rest_of(lines, missing) or not await _may_leave_in_parts(fulfilment):
        whole = RejectFulfilment(
            fulfilment_order_id=fulfilment.id, reason=reason, note=note, missing=ask.missing
        )
        return await reject(whole, by=by, now=now)

    await move([given_back(line, reason) for line in missing], by=by, now=now)
    await release_units(missing)
    await execute(
        _SHORTEN,
        fulfilment.id,
        [line.order_line_id for line in missing],
        [line.quantity for line in missing],
        now,
    )
    await reprice([fulfilment.id])
    await source_elsewhere([fulfilment], {fulfilment.id: (reason, missing)}, now)
    await _tell(fulfilment, missing, reason, note, by=by, now=now)
    return None


async def _locked(id_: UUID, by: Actor) -> list[LockedFulfilment]:
    locked, refused = await lock_each([id_], FulfilmentState.REJECTED, by=by)
    for no in refused.values():
        raise no
    return locked


async def _may_leave_in_parts(fulfilment: LockedFulfilment) -> bool:
    policy: str = await fetch_value(_SPLIT_POLICY, fulfilment.order_id)
    return policy == SplitPolicy.PARTIAL_ALLOWED


async def _tell(
    fulfilment: LockedFulfilment,
    missing: list[FulfilmentLine],
    reason: RejectReason,
    note: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    payload = {
        "fulfilmentOrderId": str(fulfilment.id),
        "warehouse": fulfilment.warehouse,
        "reason": reason,
        "note": note,
        "missing": told(missing),
    }
    event = OrderEvent(
        order_id=fulfilment.order_id,
        version=fulfilment.version + 1,
        kind=EventKind.FULFILMENT_SHORT_PICKED,
        payload=payload,
    )
    await execute(_NEXT_VERSION, fulfilment.order_id, now)
    await record([event], by=by, now=now)
