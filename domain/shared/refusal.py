"""Refusals: the answers "no" that a caller can act on.

    Refusal
    |-- InvalidInput           the input is wrong by itself; names the field
    |-- NotFound               there is no such thing, or this caller may not see it
    |-- NotAllowed             the key's scopes or channels do not reach this far
    |-- Conflict               it is right by itself, but not with what is there
    `-- (each feature adds its own below one of these)

A refusal is raised, so that the transaction rolls back, and reaches clients as data: each
concrete class has one GraphQL type. Whatever is not a refusal is a fault of ours.
"""

from typing import ClassVar


class Refusal(Exception):
    """Base of all refusals: a stable `code`, a sentence, and the input field it is about."""

    code: ClassVar[str] = "REFUSED"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInput(Refusal):
    """The input cannot be right, whatever the state of the world."""

    code = "INVALID_INPUT"


class NotFound(Refusal):
    """There is no such thing that this caller may see."""

    code = "NOT_FOUND"


class NotAllowed(Refusal):
    """The caller's key does not reach this far."""

    code = "NOT_ALLOWED"


class Conflict(Refusal):
    """The request contradicts what is already there."""

    code = "CONFLICT"


class VersionConflict(Conflict):
    """It moved on since the version the caller had seen."""

    code = "VERSION_CONFLICT"

    def __init__(self, *, expected: int, actual: int, field: str = "expectedVersion") -> None:
        super().__init__(f"Expected version {expected}, but it is at {actual}; read it again.", field=field)
        self.expected = expected
        self.actual = actual
