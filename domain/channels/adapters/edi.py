"""EDI over HTTP: X12 850 and EDIFACT ORDERS, as interchanges of one or many orders.

A gateway, an AS2 server or a value-added network posts each interchange as it is. One that can sign does so by
Standard Webhooks over the raw bytes (`secret`). Others can only be given a fixed header: `authorization` is the whole
value of the `Authorization` header that is expected, such as `Basic ...`; then TLS alone guards the body.

Each transaction set is a message of its own: one that is not whole costs no other. Its delivery id is made of the
interchange's control numbers and times and of its own bytes, so that a repeat is known for one, and an interchange
that reuses a number with other orders loses none. What was archived is answered with a 997 or a CONTRL in the body of
the HTTP answer.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import orjson

from domain.channels.adapters.contract import (
    Adapter,
    BadSignature,
    CredentialField,
    Delivery,
    Facts,
    HttpAnswer,
    Message,
    Parsed,
    Receipt,
    Unreadable,
    Webhook,
)
from domain.channels.adapters.contrl import contrl
from domain.channels.adapters.edifact import edifact_messages, parse_edifact
from domain.channels.adapters.generic import verify as verify_signature
from domain.channels.adapters.x12 import parse_x12, x12_messages
from domain.channels.adapters.x12_acknowledgement import x12_acknowledgement


def _verify(delivery: Delivery, credentials: Mapping[str, str]) -> None:
    """Whether it is signed by the channel's secret, or carries the header that was agreed."""
    agreed = credentials.get("authorization")
    said = delivery.headers.get("authorization")
    if agreed and said is not None:
        if not hmac.compare_digest(agreed.encode(errors="replace"), said.encode(errors="replace")):
            raise BadSignature("the Authorization header is not the one that was agreed")
        return
    verify_signature(delivery, credentials)


def _is_x12(body: bytes) -> bool:
    return body.lstrip().startswith(b"ISA")


def _messages(delivery: Delivery) -> Sequence[Message]:
    split: Callable[[bytes], list[Message]] = x12_messages if _is_x12(delivery.body) else edifact_messages
    found = split(delivery.body)
    if not found:
        raise Unreadable("the interchange is empty")
    return found


def _parse(message: Message, facts: Facts) -> Parsed:
    return (parse_x12 if _is_x12(message.body) else parse_edifact)(message.body, facts)


_ANSWERS: Mapping[Receipt, tuple[int, str]] = {
    Receipt.ACCEPTED: (200, "archived"),
    Receipt.REFUSED: (401, "the signature or the Authorization header is not right"),
    Receipt.UNREADABLE: (400, "this is no whole interchange"),
    Receipt.NOT_NOW: (503, "send it again later"),
}


def _answer(receipt: Receipt) -> HttpAnswer:
    status, said = _ANSWERS[receipt]
    return HttpAnswer(
        status=status,
        headers={"content-type": "application/json"},
        body=orjson.dumps({"receipt": receipt, "message": said}),
    )


def _acknowledged(delivery: Delivery, facts: Facts) -> HttpAnswer | None:
    """Tests are judged as what they try out."""
    judging = replace(facts, settings={**facts.settings, "acceptTests": True})
    is_x12 = _is_x12(delivery.body)
    said = (x12_acknowledgement if is_x12 else contrl)(delivery.body, judging)
    if said is None:
        return None
    headers = {"content-type": "application/edi-x12" if is_x12 else "application/edifact"}
    return HttpAnswer(status=200, headers=headers, body=said)


EDI = Adapter(
    platform="edi",
    name="EDI (X12 850, EDIFACT ORDERS)",
    parse=_parse,
    credentials=(
        CredentialField(
            name="secret", description="What interchanges are signed with: whsec_ and base64.", required=False
        ),
        CredentialField(
            name="previous_secret", description="The one before, while both are in use.", required=False
        ),
        CredentialField(
            name="authorization",
            description="The Authorization header of partners that cannot sign, such as Basic and base64.",
            required=False,
        ),
    ),
    webhook=Webhook(
        verify=_verify,
        messages=_messages,
        answer=_answer,
        acknowledged=_acknowledged,
        answer_within_s=15,
    ),
)
