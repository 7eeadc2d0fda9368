"""Short pick: some units of a parcel are not there; the rest is shipped, and what is missing sourced elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.events.kinds import EventKind
from domain.events.record import OrderEvent, record
from domain.fulfilment.lifecycle import FulfilmentState
from domain.fulfilment.lines import FulfilmentLine, lines_of
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
from domain.shared.refusal import Conflict, InvalidInput
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


class InvalidShortPick(InvalidInput):
    """What is said to be missing was not in the parcel."""

    code = "INVALID_SHORT_PICK"


class LeavesTogether(Conflict):
    """The order may not leave in parts, so its parcel is rejected as a whole or not at all."""

    code = "LEAVES_TOGETHER"


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

    The parcel goes on as it was, with what is there; if nothing is, it is rejected. This warehouse is not tried
    again for this order.

    Raises:
        InvalidText: the note is too long.
        InvalidShortPick: nothing is missing, or more than there was, or of another order.
        UnknownFulfilmentOrder, WrongState: as `lock_each`, from where it could be rejected.
        LeavesTogether: the order's split policy wants everything in one piece.
    """
    note = require_text(ask.note, field="note")
    [fulfilment] = await _locked(ask.fulfilment_order_id, by)
    lines = {line.order_line_id: line for line in await lines_of([fulfilment.id])}
    missing = _missing(ask, lines)
    reason = RejectReason(ask.reason)
    if sum(line.quantity for line in missing) == sum(line.quantity for line in lines.values()):
        whole = RejectFulfilment(fulfilment_order_id=fulfilment.id, reason=reason, note=note)
        return await reject(whole, by=by, now=now)
    if await fetch_value(_SPLIT_POLICY, fulfilment.order_id) != SplitPolicy.PARTIAL_ALLOWED:
        raise LeavesTogether("This order may not leave in parts: reject the whole parcel.", field="id")

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
    await source_elsewhere([fulfilment], {fulfilment.id: reason}, now)
    await _tell(fulfilment, missing, reason, note, by=by, now=now)
    return None


async def _locked(id_: UUID, by: Actor) -> list[LockedFulfilment]:
    locked, refused = await lock_each([id_], FulfilmentState.REJECTED, by=by)
    for no in refused.values():
        raise no
    return locked


def _missing(ask: ShortPick, lines: Mapping[UUID, FulfilmentLine]) -> list[FulfilmentLine]:
    """The parcel's lines with the units that are missing of each."""
    if not ask.missing:
        raise InvalidShortPick("Say what is missing.", field="missing")
    for at, (line_id, units) in enumerate(ask.missing.items()):
        if line_id not in lines:
            raise InvalidShortPick("This line is not in the parcel.", field=f"missing[{at}].orderLineId")
        if not 1 <= units <= lines[line_id].quantity:
            raise InvalidShortPick(
                f"1 to {lines[line_id].quantity} units of it can be missing.", field=f"missing[{at}].quantity"
            )
    return [replace(lines[line_id], quantity=units) for line_id, units in ask.missing.items()]


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
        "missing": [{"orderLineId": str(line.order_line_id), "quantity": line.quantity} for line in missing],
    }
    event = OrderEvent(
        order_id=fulfilment.order_id,
        version=fulfilment.version + 1,
        kind=EventKind.FULFILMENT_SHORT_PICKED,
        payload=payload,
    )
    await execute(_NEXT_VERSION, fulfilment.order_id, now)
    await record([event], by=by, now=now)
