"""A message as it is to be archived: bounded, and free of what cannot be stored. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from domain.channels.adapters.contract import Delivery, Message
from domain.intake.outcomes import Source
from domain.shared.ids import new_id

NAME_LENGTH_MAX = 200  # of topics, ids and references; a longer id is known by its digest
HEADERS_MAX = 40
HEADER_LENGTH_MAX = 1_000
# Ours or our proxy's, or secret; the rest is what the platform said.
_UNKEPT = frozenset(
    {"authorization", "proxy-authorization", "cookie", "host", "connection", "content-length"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One message of a channel."""

    channel_id: UUID
    source: Source
    topic: str
    delivery_id: str | None
    event_id: str | None
    reference: str | None
    external_updated_at: datetime | None
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    id: UUID = field(default_factory=new_id)

    @property
    def is_an_answer(self) -> bool:
        """Whether it is what a platform says of an order when it is asked, and known by its content only."""
        asked = self.source in (Source.POLL, Source.FETCH)
        return asked and self.reference is not None and self.delivery_id is None and self.event_id is None

    @property
    def sha256(self) -> bytes:
        return sha256(self.body).digest()


def arrived(
    channel_id: UUID, messages: Iterable[Message], source: Source, headers: Mapping[str, str] | None = None
) -> list[Arrived]:
    """The messages of one delivery or page, each with an id; an id that several share is numbered."""
    kept = kept_headers(headers or {})
    seen: dict[str, int] = {}
    found: list[Arrived] = []
    for message in messages:
        delivery_id = _id(message.delivery_id)
        if delivery_id is not None:
            seen[delivery_id] = seen.get(delivery_id, 0) + 1
            delivery_id += f"#{seen[delivery_id]}" if seen[delivery_id] > 1 else ""
        found.append(
            Arrived(
                channel_id=channel_id,
                source=source,
                topic=storable(message.topic)[:NAME_LENGTH_MAX],
                delivery_id=delivery_id,
                event_id=_id(message.event_id),
                reference=_reference(message.reference),
                external_updated_at=message.external_updated_at,
                body=message.body,
                headers=kept,
            )
        )
    return found


def of_delivery(channel_id: UUID, delivery: Delivery) -> Arrived:
    """A delivery that cannot be split into messages, as one."""
    [one] = arrived(
        channel_id, [Message(topic="", body=delivery.body)], Source.WEBHOOK, headers=delivery.headers
    )
    return one


def kept_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    kept = [(name, value) for name, value in headers.items() if name not in _UNKEPT][:HEADERS_MAX]
    return {storable(name)[:NAME_LENGTH_MAX]: storable(value)[:HEADER_LENGTH_MAX] for name, value in kept}


def storable(text: str) -> str:
    """`text` without what PostgreSQL cannot store."""
    return text.encode(errors="replace").decode().replace("\x00", "�")


def _id(text: str | None) -> str | None:
    """An id as it is compared; None where the platform names none."""
    if not text:
        return None
    said = storable(text)
    return said if len(said) <= NAME_LENGTH_MAX else "sha256:" + sha256(said.encode()).hexdigest()


def _reference(text: str | None) -> str | None:
    """A reference that an order may have; others are told by `parse_order`."""
    if text is None or not 1 <= len(text.strip()) <= NAME_LENGTH_MAX or storable(text) != text:
        return None
    return text.strip()
