"""Run an operation for whichever transport: HTTP, WebSocket or SSE."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry
from graphql import GraphQLError, OperationType
from strawberry.types.execution import ExecutionResult, PreExecutionError

from api.graphql.context import RequestContext
from api.graphql.faults import Gravity, Presented, present, present_exception
from api.graphql.preparing import Operation, cost_extension, prepare, too_costly
from api.live.cursor import InvalidCursor, position_of
from api.live.following import LiveFeed
from api.live.hub import FeedHub, FeedStopping
from api.metrics import OPERATIONS, SECONDS
from domain.shared.actor import Actor
from domain.shared.settings import settings

ONCE = frozenset({OperationType.QUERY, OperationType.MUTATION})
ANY = frozenset(OperationType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A well-formed GraphQL request."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class Outcome(Enum):
    """How an operation ended; what that means for a status is up to the transport."""

    DONE = "done"  # it ran; there may be field errors
    REJECTED = "rejected"  # it can't be run as it is
    WRONG_KIND = "wrong_kind"  # not over this transport or method
    FAULT = "fault"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Answer:
    """A GraphQL response. After rejection it has no `data` entry."""

    payload: dict[str, Any]
    outcome: Outcome
    position: int | None = None  # where in the feed a subscription's event came from


class Operations:
    """Runs operations of a schema; each gets a context of its own."""

    def __init__(
        self,
        schema: strawberry.Schema,
        hub: FeedHub,
        new_context: Callable[[Actor, LiveFeed], RequestContext],
    ) -> None:
        self._schema = schema
        self._hub = hub
        self._new_context = new_context

    async def run(self, ask: Ask, actor: Actor, *, allowed: AbstractSet[OperationType] = ONCE) -> Answer:
        """The answer to a query or mutation."""
        operation = self._admitted(ask, allowed)
        if isinstance(operation, Answer):
            return operation
        started = time.perf_counter()
        answer = await self._run(ask, actor)
        kind = operation.type.value
        SECONDS.labels(kind).observe(time.perf_counter() - started)
        OPERATIONS.labels(kind, answer.outcome.value).inc()
        return answer

    async def stream(
        self,
        ask: Ask,
        actor: Actor,
        *,
        allowed: AbstractSet[OperationType] = ANY,
        resume_after: int | None = None,
    ) -> AsyncGenerator[Answer, None]:
        """The answers to any operation: one to a query, any number to a subscription.

        Raises:
            FeedStopping: the process is about to stop; the subscription is not over.
        """
        operation = self._admitted(ask, allowed)
        if isinstance(operation, Answer):
            yield operation
            return
        if operation.type is not OperationType.SUBSCRIPTION:
            yield await self.run(ask, actor, allowed=allowed)
            return
        OPERATIONS.labels("subscription", "begun").inc()
        try:
            async with aclosing(self._subscribe(ask, actor, resume_after)) as answers:
                async for answer in answers:
                    yield answer
        except FeedStopping:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, the client gets an answer
            yield _failed(present_exception(error, operation=ask.operation_name or ""))

    async def _subscribe(
        self, ask: Ask, actor: Actor, resume_after: int | None
    ) -> AsyncGenerator[Answer, None]:
        live = LiveFeed(self._hub, resume_after=resume_after)
        results: Any = await self._schema.stream(
            ask.query,
            variable_values=ask.variables,
            operation_name=ask.operation_name,
            context_value=self._new_context(actor, live),
        )
        async with aclosing(results):
            async for result in results:
                if result.errors and self._hub.closed:
                    raise FeedStopping
                if resume_after is not None and live.position is None and not result.errors:
                    continue  # what comes before the first entry; a client that resumes has had it
                yield _answer(result, ask, live.position or _position_in(result.data))

    def _admitted(self, ask: Ask, allowed: AbstractSet[OperationType]) -> Operation | Answer:
        """The operation, or why it won't be run."""
        prepared = prepare(self._schema, ask.query)
        if prepared.errors:
            return rejected(prepared.errors)
        operation = prepared.operation(ask.operation_name)
        if operation is None:
            message = "`operationName` must be the name of one of the document's operations."
            return rejected([GraphQLError(message, extensions={"code": "OPERATION_UNKNOWN"})])
        if operation.type not in allowed:
            message = f"A {operation.type.value} cannot be sent this way."
            error = GraphQLError(message, extensions={"code": "OPERATION_NOT_ALLOWED"})
            return rejected([error], Outcome.WRONG_KIND)
        cost, limit = operation.plan.given(ask.variables or {}), settings().query_cost_max
        if cost > limit:
            return rejected([too_costly(cost, limit)], extensions={"cost": cost_extension(cost, limit)})
        return operation

    async def _run(self, ask: Ask, actor: Actor) -> Answer:
        timeout_s = settings().request_timeout_s
        deadline = asyncio.timeout(timeout_s)
        try:
            async with deadline:
                result = await self._schema.execute(
                    ask.query,
                    variable_values=ask.variables,
                    operation_name=ask.operation_name,
                    context_value=self._new_context(actor, LiveFeed(self._hub)),
                )
        except Exception as error:  # noqa: BLE001 -- whatever it is, the client gets an answer
            if deadline.expired():
                return _timed_out(timeout_s)
            return _failed(present_exception(error, operation=ask.operation_name or ""))
        return _answer(result, ask)


def rejected(
    errors: Any, outcome: Outcome = Outcome.REJECTED, *, extensions: Mapping[str, Any] | None = None
) -> Answer:
    """An answer without `data`: the operation was not run."""
    payload: dict[str, Any] = {"errors": present(errors).errors}
    if extensions:
        payload["extensions"] = extensions
    return Answer(payload, outcome)


def _answer(result: ExecutionResult, ask: Ask, position: int | None = None) -> Answer:
    payload: dict[str, Any] = {}
    outcome = Outcome.DONE
    if result.errors:
        shown = present(result.errors, operation=ask.operation_name or "")
        payload["errors"] = shown.errors
        # without `data` and without a path nothing was executed: a variable did not fit its type
        before = isinstance(result, PreExecutionError) or all(error.path is None for error in result.errors)
        if result.data is None:
            outcome = _outcome(shown.gravity, before=before)
        if result.data is not None or not before:
            payload["data"] = result.data
    else:
        payload["data"] = result.data
    if result.extensions:
        payload["extensions"] = result.extensions
    return Answer(payload, outcome, position)


def _position_in(data: dict[str, Any] | None) -> int | None:
    """The position that a subscription announces before its first entry, if it was selected."""
    [event] = data.values() if data else [None]
    try:
        return position_of(event["position"]) if isinstance(event, dict) else None
    except (KeyError, TypeError, AttributeError, InvalidCursor):
        return None


def _outcome(gravity: Gravity, *, before: bool) -> Outcome:
    if gravity is Gravity.UNAVAILABLE:
        return Outcome.UNAVAILABLE
    if not before:
        return Outcome.DONE
    return Outcome.FAULT if gravity is Gravity.FAULT else Outcome.REJECTED


def _failed(shown: Presented) -> Answer:
    return Answer({"errors": shown.errors}, _outcome(shown.gravity, before=True))


def _timed_out(timeout_s: float) -> Answer:
    message = f"No answer within {timeout_s:g} s. It may still have taken effect: repeat it with the same idempotency key."
    error = {"message": message, "extensions": {"code": "TIMEOUT", "retryable": True}}
    return Answer({"errors": [error]}, Outcome.TIMEOUT)
