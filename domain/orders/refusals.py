"""Why an order, right by itself, is not taken in."""

from domain.shared.refusal import Conflict, InvalidInput, NotFound


class UnknownOrder(NotFound):
    """There is no such order that the caller may see."""

    code = "UNKNOWN_ORDER"


class CurrencyMismatch(InvalidInput):
    """The order's currency is not its channel's."""

    code = "CURRENCY_MISMATCH"


class TooHeavy(InvalidInput):
    """The order weighs more than any cost could be worked out for."""

    code = "TOO_HEAVY"


class ChannelInactive(Conflict):
    """The channel takes no orders at present."""

    code = "CHANNEL_INACTIVE"


class ReferenceReused(Conflict):
    """The channel has an order with this reference already, and it says something else."""

    code = "REFERENCE_REUSED"


class OrderClosed(Conflict):
    """The order is cancelled or completed; nothing about it can change any more."""

    code = "ORDER_CLOSED"
