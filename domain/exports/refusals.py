"""Why an export is refused, or what is asked of one."""

from domain.shared.refusal import Conflict, InvalidInput, NotAllowed, NotFound


class UnknownExport(NotFound):
    """There is no such export that the caller's key may see."""

    code = "UNKNOWN_EXPORT"


class InvalidExport(InvalidInput):
    """It cannot be exported as asked; `field` says what is wrong."""

    code = "INVALID_EXPORT"


class TooManyExports(Conflict):
    """So many exports of this key are still being written: wait for one, or cancel it."""

    code = "TOO_MANY_EXPORTS"


class ExportEnded(Conflict):
    """The export has ended: there is nothing to cancel any more."""

    code = "EXPORT_ENDED"


class InvalidLink(NotAllowed):
    """The link was not made here, or was changed."""

    code = "INVALID_LINK"


class LinkExpired(Conflict):
    """The link has expired, or its file is gone: ask for another link, or export again."""

    code = "LINK_EXPIRED"
