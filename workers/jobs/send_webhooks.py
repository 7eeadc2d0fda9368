"""SEND_WEBHOOKS: tell endpoints what happened to orders, in order per order."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.webhooks.deliver import (
    Attempt,
    Pending,
    begin_sending,
    end_sending,
    next_deliveries,
    url_of,
    write_attempts,
)
from domain.webhooks.message import body_of, headers_of
from domain.webhooks.secrets import read_secrets
from workers.handling import Work
from workers.metrics import WEBHOOKS
from workers.outside.client import NoAnswer, Outside

TIMEOUT_S = 15.0
AT_ONCE = 16
ANSWER_BYTES_MAX = 65_536
# What is left after this gets another round.
ROUND_S = 20.0


async def send_webhooks(work: Work) -> None:
    """Send to the endpoint that the jobs name, unless somebody else has begun to."""
    endpoint_id, began = work.whom("endpoint_id"), time.monotonic()
    epoch = await begin_sending(endpoint_id, max(job["epoch"] for job in work.payloads), now=work.now())
    if epoch is None:
        return
    try:
        more = True
        while more and time.monotonic() - began < ROUND_S:
            more = await _some(endpoint_id, epoch, work)
    finally:
        await end_sending(endpoint_id, epoch)


async def _some(endpoint_id: UUID, epoch: int, work: Work) -> bool:
    """Send some; whether it is worth going on at once."""
    url = await url_of(endpoint_id)
    due = await next_deliveries(endpoint_id, epoch, most=AT_ONCE, now=work.now()) if url else []
    if not url or not due:
        return False
    sender = _Sender(url, await read_secrets(endpoint_id, now=work.now()), work.outside, work.now())
    attempts = await asyncio.gather(*(sender.attempt(each) for each in due))
    taken = sum(each.error is None for each in attempts)
    WEBHOOKS.labels("taken").inc(taken)
    WEBHOOKS.labels("not taken").inc(len(attempts) - taken)
    return await write_attempts(endpoint_id, attempts, now=work.now())


@dataclass(frozen=True, slots=True)
class _Sender:
    url: str
    secrets: Sequence[str]
    outside: Outside
    now: datetime

    async def attempt(self, pending: Pending) -> Attempt:
        body = body_of(pending.told)
        headers = headers_of(pending.told.message_id, body, self.secrets, self.now)
        began = time.monotonic()
        status, error, said = None, None, ""
        try:
            answer = await self.outside.send(
                "POST",
                self.url,
                headers=headers,
                body=body,
                timeout_s=TIMEOUT_S,
                answer_bytes_max=ANSWER_BYTES_MAX,
            )
        except NoAnswer as silent:
            error = str(silent)
        else:
            status, said = answer.status, answer.body.decode(errors="replace").replace("\x00", "")
            error = _error(status)
        took_ms = int(1000 * (time.monotonic() - began))
        return Attempt(pending=pending, at=self.now, took_ms=took_ms, status=status, error=error, answer=said)


def _error(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    return "redirects are not followed" if 300 <= status < 400 else f"it answered {status}"
