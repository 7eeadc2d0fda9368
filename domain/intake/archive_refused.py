"""Keep a trace of a delivery whose signature is wrong: its beginning, its digest, and why."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

import orjson

from domain.channels.adapters.contract import Delivery
from domain.intake.arrived import kept_headers, storable
from domain.shared.database import execute, statement
from domain.shared.ids import new_id

BODY_KEPT_BYTES = 4_096
_REFUSED = statement(__file__, "refused.sql")


async def archive_refused(channel_id: UUID, delivery: Delivery, why: str, *, now: datetime) -> None:
    """Archive it as REFUSED. Anybody can send such: the caller bounds how many of them are kept."""
    await execute(
        _REFUSED,
        new_id(),
        channel_id,
        sha256(delivery.body).digest(),
        delivery.body[:BODY_KEPT_BYTES],
        len(delivery.body),
        orjson.dumps(kept_headers(delivery.headers)).decode(),
        now,
        storable(why)[:1_000],
    )
