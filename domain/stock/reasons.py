"""Why stock changes, and which document says so."""

from enum import StrEnum


class StockReason(StrEnum):
    """Why a level changed."""

    RECEIVED = "RECEIVED"
    COUNTED = "COUNTED"
    DAMAGED = "DAMAGED"
    FOUND = "FOUND"
    LOST = "LOST"
    RETURNED = "RETURNED"
    CORRECTED = "CORRECTED"
    TRANSFER_SENT = "TRANSFER_SENT"
    TRANSFER_RECEIVED = "TRANSFER_RECEIVED"
    HELD = "HELD"
    HOLD_RELEASED = "HOLD_RELEASED"
    HOLD_EXPIRED = "HOLD_EXPIRED"
    RESERVED = "RESERVED"
    ALLOCATED = "ALLOCATED"
    RELEASED = "RELEASED"
    SHIPPED = "SHIPPED"
    SHORT_PICKED = "SHORT_PICKED"


class DocumentKind(StrEnum):
    """What kind of document a ledger entry refers to by its id."""

    MANUAL = "MANUAL"
    ORDER = "ORDER"
    FULFILMENT_ORDER = "FULFILMENT_ORDER"
    HOLD = "HOLD"
    TRANSFER = "TRANSFER"
