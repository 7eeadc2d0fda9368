"""A delivery as bytes, and its signature. Pure.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from standardwebhooks.webhooks import Webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event of an order, as an endpoint is told it."""

    delivery_id: UUID
    position: int
    kind: str
    version: int
    payload: Mapping[str, Any]
    actor: str
    at: datetime
    order_id: UUID
    number: int
    external_reference: str
    channel: str

    @property
    def message_id(self) -> str:
        """The same however often it is sent."""
        return f"msg_{self.delivery_id.hex}"


def type_of(kind: str) -> str:
    """`ORDER_PLACED` as `order.placed`, `FULFILMENT_SHIPPED` as `fulfilment.shipped`."""
    return kind.lower().replace("_", ".", 1)


def body_of(told: Told) -> bytes:
    """The body; the same however often it is sent. `version` is gapless per order, `position` rises over all."""
    return orjson.dumps(
        {
            "type": type_of(told.kind),
            "timestamp": told.at,
            "data": {
                "position": str(told.position),
                "version": told.version,
                "actor": told.actor,
                "order": {
                    "id": b64encode(
                        f"Order:{told.order_id}".encode()
                    ).decode(),  # as GraphQL's node(id:) takes it
                    "number": str(told.number),
                    "channel": told.channel,
                    "externalReference": told.external_reference,
                },
                "event": told.payload,
            },
        }
    )


def headers_of(message_id: str, body: bytes, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The headers of an attempt: signed by every secret, newest first."""
    text = body.decode()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, now, text) for secret in secrets),
    }
