"""What platforms push: `/channels/{code}/webhook`. Verified, archived, then answered as the platform asks.

Nothing is worked off here: an answer must be quick, and whatever was acknowledged is already kept.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, TypeVarTuple
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.known_channels import KnownChannel, KnownChannels
from api.metrics import DELIVERIES, DELIVERY_SECONDS
from domain.channels.adapters.contract import (
    BadSignature,
    Delivery,
    HttpAnswer,
    Message,
    Receipt,
    UnknownKey,
    Unreadable,
    Webhook,
)
from domain.intake.archive import archive
from domain.intake.archive_refused import archive_refused
from domain.intake.arrived import arrived, of_delivery
from domain.intake.fetching.keys import ask_for_key
from domain.intake.gather import MessageIntake
from domain.intake.outcomes import Source
from domain.shared.clock import utc_now
from domain.shared.settings import Settings

log = structlog.stdlib.get_logger("forebay.webhooks")

BODY_BYTES_MAX = 1024 * 1024
FILE_BYTES_MAX = 16 * 1024 * 1024  # of what is sent as CSV or EDI
_CSV = "text/csv"
_FILES = (_CSV, "application/edi-x12", "application/edifact")
# Of the platform's patience; the rest is for the way there and back.
_PART_OF_ITS_TIME = 0.8
# So many refused deliveries of a channel are kept in a minute: what everybody may send must not fill a disk.
REFUSED_KEPT_A_MINUTE = 10
_MINUTE_S = 60.0
# Files are read in threads of their own: however many come, and however long each takes, the rest of the process goes on.
_READERS = ThreadPoolExecutor(2, thread_name_prefix="files")
Given = TypeVarTuple("Given")
Made = TypeVar("Made")


@dataclass(slots=True)
class _Minute:
    """How many refused deliveries were kept since it began."""

    began_s: float
    kept: int = 0


class WebhookEndpoint:
    """Takes deliveries in, and answers the requests by which a platform tests the address."""

    def __init__(self, intake: MessageIntake, channels: KnownChannels, settings: Settings) -> None:
        self._intake = intake
        self._channels = channels
        self._public_url = settings.public_url
        self._minutes: dict[UUID, _Minute] = {}

    async def respond(self, request: Request) -> Response:
        """The platform's answer; 404 where there is no channel of this code that is pushed to."""
        channel = await self._channels.by_code(request.path_params["code"])
        webhook = channel.adapter.webhook if channel and channel.adapter else None
        if channel is None or webhook is None:
            return Response("There is no such channel.\n", 404, media_type="text/plain")
        began = time.monotonic()
        if request.method == "GET":
            return self._challenged(channel, webhook, self._delivery(request, b"", utc_now()))
        try:
            body = await _body(request)
        except _TooLarge:
            return Response("The body is too large.\n", 413, media_type="text/plain")
        except ClientDisconnect:
            return Response(status_code=400)
        delivery = self._delivery(request, body, utc_now())
        receipt = await self._receive(channel, webhook, delivery)
        DELIVERIES.labels(channel.platform, receipt).inc()
        DELIVERY_SECONDS.observe(time.monotonic() - began)
        own = await _acknowledged(channel, webhook, delivery) if receipt is Receipt.ACCEPTED else None
        return _response(own or webhook.answer(receipt))

    def _delivery(self, request: Request, body: bytes, now: datetime) -> Delivery:
        base = self._public_url or f"{request.url.scheme}://{request.url.netloc}"
        return Delivery(
            headers={name.lower(): value for name, value in request.headers.items()},
            query=dict(request.query_params),
            body=body,
            url=base.rstrip("/") + urlsplit(str(request.url)).path,
            received_at=now,
        )

    def _challenged(self, channel: KnownChannel, webhook: Webhook, delivery: Delivery) -> Response:
        if webhook.challenge is None:
            return Response("Deliveries come by POST.\n", 405, {"Allow": "POST"}, media_type="text/plain")
        try:
            return _response(webhook.challenge(delivery, channel.credentials))
        except BadSignature:
            return _response(webhook.answer(Receipt.REFUSED))

    async def _receive(self, channel: KnownChannel, webhook: Webhook, delivery: Delivery) -> Receipt:
        """How the delivery was taken; whatever fails on our side has the platform send it again."""
        try:
            async with asyncio.timeout(webhook.answer_within_s * _PART_OF_ITS_TIME):
                return await self._taken(channel, webhook, delivery)
        except Exception as fault:  # noqa: BLE001 -- whatever it is: it is not archived, so it must come again
            log.warning("a delivery was not archived", channel=channel.code, fault=repr(fault))
            return Receipt.NOT_NOW

    async def _taken(self, channel: KnownChannel, webhook: Webhook, delivery: Delivery) -> Receipt:
        try:
            webhook.verify(delivery, channel.credentials)
        except BadSignature as bad:
            await self._refuse(channel, delivery, str(bad))
            return Receipt.REFUSED
        except UnknownKey as unknown:
            await ask_for_key(channel.id, unknown.key_id, now=utc_now())
            return Receipt.NOT_NOW
        try:
            opened = webhook.opened(delivery, channel.credentials) if webhook.opened else delivery
            messages = await _split(channel, webhook, opened)
        except Unreadable as wrong:
            await archive([of_delivery(channel.id, delivery)], now=utc_now(), unreadable=str(wrong)[:1_000])
            return Receipt.UNREADABLE
        await self._intake.archive(arrived(channel.id, messages, Source.WEBHOOK, delivery.headers))
        return Receipt.ACCEPTED

    async def _refuse(self, channel: KnownChannel, delivery: Delivery, why: str) -> None:
        now_s = time.monotonic()
        minute = self._minutes.get(channel.id)
        if minute is None or now_s - minute.began_s >= _MINUTE_S:
            minute = self._minutes[channel.id] = _Minute(began_s=now_s)
        if minute.kept < REFUSED_KEPT_A_MINUTE:
            minute.kept += 1
            await archive_refused(channel.id, delivery, why, now=utc_now())


async def _split(channel: KnownChannel, webhook: Webhook, delivery: Delivery) -> Sequence[Message]:
    """The messages of a delivery."""
    media_type = _media_type(delivery.headers)
    if media_type == _CSV and webhook.file_messages is not None:
        return await _read(webhook.file_messages, delivery, channel.facts)
    if media_type in _FILES:
        return await _read(webhook.messages, delivery)
    return webhook.messages(delivery)


async def _read(make: Callable[[*Given], Made], *given: *Given) -> Made:
    """What `make` makes of a file; one that still waits when its time is over is never begun."""
    return await asyncio.get_running_loop().run_in_executor(_READERS, make, *given)


async def _acknowledged(channel: KnownChannel, webhook: Webhook, delivery: Delivery) -> HttpAnswer | None:
    """The answer that is made of the delivery, if the platform has such; it is archived, whatever becomes of this."""
    if webhook.acknowledged is None:
        return None
    try:
        async with asyncio.timeout(webhook.answer_within_s * _PART_OF_ITS_TIME):
            return await _read(webhook.acknowledged, delivery, channel.facts)
    except Exception:  # it must not be sent again for that
        log.exception("a delivery could not be acknowledged in its own format", channel=channel.code)
        return None


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


class _TooLarge(Exception):
    """The body has more bytes than are read."""


async def _body(request: Request) -> bytes:
    bytes_max = FILE_BYTES_MAX if _media_type(request.headers) in _FILES else BODY_BYTES_MAX
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > bytes_max:
        raise _TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > bytes_max:
            raise _TooLarge
    return bytes(body)


def _response(answer: HttpAnswer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers))
