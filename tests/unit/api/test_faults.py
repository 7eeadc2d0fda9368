"""What clients learn of errors, and what they don't."""

import asyncpg
import pytest
from graphql import GraphQLError
from tortoise.exceptions import OperationalError

from api.graphql.faults import Gravity, is_away, present
from api.live.cursor import CursorExpired
from domain.shared.refusal import NotFound


def raised(error: Exception) -> GraphQLError:
    return GraphQLError(str(error), path=["field"], original_error=error)


def test_a_bug_is_masked() -> None:
    [error] = (shown := present([raised(ValueError("SELECT secret"))])).errors
    assert error["message"] == "internal error"
    assert error["extensions"]["code"] == "INTERNAL"
    assert len(error["extensions"]["incidentId"]) == 12
    assert "secret" not in str(error)
    assert shown.gravity is Gravity.FAULT


def test_a_bug_before_execution_is_masked() -> None:
    [error] = present([GraphQLError("secret", original_error=KeyError("secret"))]).errors
    assert error["message"] == "internal error"


def test_a_refusal_keeps_its_code_and_field() -> None:
    [error] = (shown := present([raised(NotFound("No such order.", field="id"))])).errors
    assert error["message"] == "No such order."
    assert error["extensions"] == {"code": "NOT_FOUND", "field": "id"}
    assert shown.gravity is Gravity.NONE


def test_a_cursor_expires_with_its_code() -> None:
    [error] = present([raised(CursorExpired(oldest=7))]).errors
    assert error["extensions"]["code"] == "CURSOR_EXPIRED"


def test_an_error_of_the_request_keeps_its_message() -> None:
    [error] = present([GraphQLError("Cannot query field 'x'.")]).errors
    assert error == {"message": "Cannot query field 'x'.", "extensions": {"code": "BAD_REQUEST"}}


def test_errors_inside_errors_are_unwrapped() -> None:
    inner = raised(NotFound("No such order."))
    [error] = present([GraphQLError("outer", path=["a"], original_error=inner)]).errors
    assert error["extensions"]["code"] == "NOT_FOUND"


def caused_by(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.TooManyConnectionsError("sorry"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InterfaceError("pool is closing"),
        ConnectionResetError(),
        TimeoutError(),
        OperationalError(asyncpg.ConnectionDoesNotExistError("connection was closed")),
        caused_by(RuntimeError("could not connect"), ConnectionRefusedError(111, "refused")),
    ],
)
def test_the_database_is_away(error: Exception) -> None:
    assert is_away(error)
    [shown] = (answer := present([raised(error)])).errors
    assert shown["extensions"] == {"code": "UNAVAILABLE", "retryable": True}
    assert answer.gravity is Gravity.UNAVAILABLE


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.UniqueViolationError("duplicate key"),
        asyncpg.InterfaceError("the server expects 2 arguments for this query, 1 was passed"),
        ValueError("connection is closed"),
    ],
)
def test_a_bug_is_not_taken_for_an_outage(error: Exception) -> None:
    assert not is_away(error)
