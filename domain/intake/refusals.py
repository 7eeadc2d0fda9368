"""Why nothing was done about a message or a change."""

from domain.shared.refusal import Conflict, NotFound


class UnknownInboundMessage(NotFound):
    """There is no such message that the caller may see."""

    code = "UNKNOWN_INBOUND_MESSAGE"


class UnknownOrderChange(NotFound):
    """There is no such order change that the caller may see."""

    code = "UNKNOWN_ORDER_CHANGE"


class ChangeDecided(Conflict):
    """The order change is not PENDING any more: somebody was faster, or the channel said something newer."""

    code = "CHANGE_DECIDED"


class MessageNotUsable(Conflict):
    """The message of this change cannot be read any more as what it said; dismiss the change."""

    code = "MESSAGE_NOT_USABLE"


class NotReplayable(Conflict):
    """The message has been refused, or is being worked off: it cannot be replayed."""

    code = "NOT_REPLAYABLE"
