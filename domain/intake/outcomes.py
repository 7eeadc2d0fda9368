"""How messages come, and what becomes of them and of the changes that follow. Pure."""

from enum import StrEnum


class Source(StrEnum):
    """How a message came: pushed, from a page of a poll, asked for by itself, or in an uploaded file."""

    WEBHOOK = "WEBHOOK"
    POLL = "POLL"
    FETCH = "FETCH"
    UPLOAD = "UPLOAD"


class MessageOutcome(StrEnum):
    """What became of a message.

    RECEIVED: it waits. FETCHING, FETCHED: it names an order that had to be asked for. PLACED, UPDATED,
    CANCELLED: what it did to its order; CANCELLED without an order: the order has not come yet.
    DUPLICATE: it says what is known; STALE: something newer is known; IGNORED: it asks nothing of us.
    FAILED: it could not be read or its order not be taken; `code` says why. REFUSED: its signature is wrong.
    """

    RECEIVED = "RECEIVED"
    FETCHING = "FETCHING"
    FETCHED = "FETCHED"
    PLACED = "PLACED"
    UPDATED = "UPDATED"
    CANCELLED = "CANCELLED"
    DUPLICATE = "DUPLICATE"
    STALE = "STALE"
    IGNORED = "IGNORED"
    FAILED = "FAILED"
    REFUSED = "REFUSED"


class ChangeKind(StrEnum):
    """What a channel did to an order that it had stated before."""

    UPDATE = "UPDATE"
    CANCELLATION = "CANCELLATION"


class ChangeState(StrEnum):
    """PENDING waits for somebody; APPLIED and DISMISSED are decided; REFUSED came too late for the order."""

    APPLIED = "APPLIED"
    PENDING = "PENDING"
    REFUSED = "REFUSED"
    DISMISSED = "DISMISSED"
