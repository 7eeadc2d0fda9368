"""Write down what became of messages."""

from collections.abc import Sequence
from datetime import datetime

from domain.intake.channel import IntakeChannel
from domain.intake.read_message import Statement
from domain.intake.settled import Settled
from domain.orders.lock_order import lock_orders
from domain.shared.database import execute, statement

_SETTLE = statement(__file__, "settle.sql")
_MARK_STATED = statement(__file__, "mark_stated.sql")


async def lock_followed(settled: Sequence[Settled]) -> None:
    """Lock the orders that are there and follow these messages, before levels are, as everybody does."""
    followed = [each.order_id for each in settled if each.follows and each.order_id]
    if followed:
        await lock_orders(followed)


async def settle(settled: Sequence[Settled], channel: IntakeChannel, *, now: datetime) -> None:
    """Write the outcomes, and which statements orders follow."""
    if not settled:
        return
    await execute(
        _SETTLE,
        [each.read.message.id for each in settled],
        [each.outcome for each in settled],
        [each.order_id for each in settled],
        [each.code for each in settled],
        [each.field for each in settled],
        [each.detail for each in settled],
        [each.read.reference for each in settled],
        [each.read.updated_at for each in settled],
        now,
        channel.mapping,
    )
    followed = [each for each in settled if each.follows]
    if followed:
        await execute(
            _MARK_STATED,
            [each.order_id for each in followed],
            [each.read.message.id if isinstance(each.read.reading, Statement) else None for each in followed],
            [each.read.updated_at for each in followed],
        )
