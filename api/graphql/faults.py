"""What clients learn of errors that are not data.

    an error of the request     its own message: syntax, validation, variables, limits
    a Refusal                   its message and code, when it could not become data
    the database is away        UNAVAILABLE, retryable
    anything else               "internal error" and an incident id, under which it is logged

Messages of exceptions never leave the house: they quote SQL, paths and other people's data.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import uuid4

import asyncpg
import structlog
from graphql import GraphQLError, GraphQLFormattedError
from tortoise.exceptions import DBConnectionError

from domain.shared.refusal import Refusal

log = structlog.stdlib.get_logger("forebay.graphql")

# The server is starting, stopping, full or a standby: the same request may succeed in a moment.
_AWAY: tuple[type[BaseException], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    # asyncpg, when the server's last word came while the connection was idle and it is asked once more
    asyncpg.InternalClientError,
    DBConnectionError,
    ConnectionError,
    TimeoutError,
)
_CLOSED = ("connection is closed", "connection was closed", "pool is clos", "connection has been released")


class Gravity(Enum):
    """The worst that happened, as far as an HTTP status cares."""

    NONE = 0
    FAULT = 1
    UNAVAILABLE = 2


@dataclass(frozen=True, slots=True)
class Presented:
    """Errors as clients see them."""

    errors: list[GraphQLFormattedError]
    gravity: Gravity


def present(errors: Sequence[GraphQLError], *, operation: str = "") -> Presented:
    """The errors as clients may see them; what they may not is logged."""
    shown = [_present(error, operation) for error in errors]
    return Presented(
        [error for error, _ in shown], max((gravity for _, gravity in shown), key=lambda g: g.value)
    )


def present_exception(error: BaseException, *, operation: str = "") -> Presented:
    """The same for an exception that no resolver raised."""
    return present([GraphQLError(str(error), original_error=_as_exception(error))], operation=operation)


def is_away(error: BaseException) -> bool:
    """Whether `error` says that the database can't be reached just now."""
    return any(
        isinstance(cause, _AWAY)
        or (isinstance(cause, asyncpg.InterfaceError) and any(word in str(cause) for word in _CLOSED))
        for cause in _causes(error)
    )


def _present(error: GraphQLError, operation: str) -> tuple[GraphQLFormattedError, Gravity]:
    cause = _cause(error)
    if isinstance(cause, Refusal):
        extensions: dict[str, Any] = {"code": cause.code}
        if cause.field:
            extensions["field"] = cause.field
        return _formatted(error, cause.message, extensions), Gravity.NONE
    if cause is None or (error.path is None and error.nodes):  # a variable or a literal that doesn't parse
        extensions = {"code": "BAD_REQUEST"} | (error.extensions or {})
        return _formatted(error, error.message, extensions), Gravity.NONE
    if is_away(cause):
        log.warning("database away", operation=operation, path=error.path, reason=repr(cause))
        return (
            _formatted(
                error,
                "The database cannot be reached just now; try again.",
                {"code": "UNAVAILABLE", "retryable": True},
            ),
            Gravity.UNAVAILABLE,
        )
    incident = uuid4().hex[:12]
    log.error("fault", incident_id=incident, operation=operation, path=error.path, exc_info=cause)
    return _formatted(error, "internal error", {"code": "INTERNAL", "incidentId": incident}), Gravity.FAULT


def _formatted(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLFormattedError:
    formatted = error.formatted
    formatted["message"] = message
    formatted["extensions"] = extensions
    return formatted


def _cause(error: GraphQLError) -> Exception | None:
    """What was raised, below any number of GraphQLErrors around it."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was raised from, and what it wraps (Tortoise hands the original as argument)."""
    pending, seen = [error], set[int]()
    while pending:
        cause = pending.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        pending += [inner for inner in (cause.__cause__, *cause.args) if isinstance(inner, BaseException)]


def _as_exception(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(repr(error))
