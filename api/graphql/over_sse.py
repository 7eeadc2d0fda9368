"""GraphQL over Server-Sent Events: each operation on a connection of its own.

Every event of a subscription carries its feed position as its `id`. A client that reconnects with
`Last-Event-ID`, as browsers do by themselves, and the same request goes on right after that event.

Source: GraphQL over SSE, "Distinct connections mode",
https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import orjson
import structlog
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.authentication import Authenticator, bearer, unauthorized
from api.graphql.asking import NotWellFormed, read_request
from api.graphql.execution import ANY, Answer, Operations
from api.graphql.negotiation import JSON, accepts
from api.graphql.over_http import fault_response, refusal
from api.live.cursor import InvalidCursor, cursor_of, position_of
from api.live.hub import FeedStopping

log = structlog.stdlib.get_logger("forebay.graphql")

EVENT_STREAM = "text/event-stream"
HEARTBEAT_S = 12.0  # below the usual idle limits of proxies
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_NOT_MUTATIONS = ANY - {OperationType.MUTATION}


class EventStreamEndpoint:
    """`/graphql/stream` for GET and POST."""

    def __init__(self, operations: Operations, authenticator: Authenticator) -> None:
        self._operations = operations
        self._authenticator = authenticator

    async def respond(self, request: Request) -> Response:
        if not accepts(request.headers.get("accept"), EVENT_STREAM):
            return refusal(406, f"Accept `{EVENT_STREAM}`.", JSON)
        token = bearer(request.headers)
        try:
            actor = await self._authenticator.actor(token)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the client gets an answer
            return fault_response(error, JSON)
        if actor is None or token is None:
            return unauthorized(token_given=token is not None)
        try:
            ask = await read_request(request, actor)
            resume_after = _resume_after(request)
        except NotWellFormed as no:
            return refusal(no.status, no.message, JSON)
        except InvalidCursor as no:
            return refusal(400, no.message, JSON)

        allowed = _NOT_MUTATIONS if request.method == "GET" else ANY
        answers = self._operations.stream(ask, actor, allowed=allowed, resume_after=resume_after)
        return StreamingResponse(self._events(answers, token), 200, _HEADERS, EVENT_STREAM)

    async def _events(self, answers: AsyncGenerator[Answer, None], token: str) -> AsyncGenerator[bytes, None]:
        """The answers as events, a comment now and then, and an end when the key has been revoked."""
        yield b":\n\n"  # the client learns that it is connected
        trusted_until = time.monotonic() + HEARTBEAT_S
        with suppress(FeedStopping):  # no `complete`: the client reconnects and resumes
            async for answer in with_heartbeats(answers, HEARTBEAT_S):
                if time.monotonic() > trusted_until:
                    if not await self._trusted(token):
                        return
                    trusted_until = time.monotonic() + HEARTBEAT_S
                yield b":\n\n" if answer is None else _event(answer)
            yield b"event: complete\ndata:\n\n"

    async def _trusted(self, token: str) -> bool:
        try:
            return await self._authenticator.actor(token) is not None
        except Exception as error:  # noqa: BLE001 -- no answer is no reason to send anybody away
            log.warning("a key could not be checked again", reason=repr(error))
            return True


async def with_heartbeats(
    answers: AsyncGenerator[Answer, None], every_s: float
) -> AsyncGenerator[Answer | None, None]:
    """The answers, and None whenever there was none for `every_s`."""
    async with aclosing(answers):
        while True:
            coming = asyncio.create_task(_next(answers))
            try:
                while not (await asyncio.wait({coming}, timeout=every_s))[0]:
                    yield None
            finally:
                coming.cancel()  # does nothing to one that is done
                await asyncio.wait({coming})
            if (answer := coming.result()) is None:
                return
            yield answer


async def _next(answers: AsyncGenerator[Answer, None]) -> Answer | None:
    return await anext(answers, None)


def _event(answer: Answer) -> bytes:
    identity = b"" if answer.position is None else b"id: %s\n" % cursor_of(answer.position).encode()
    return b"event: next\n%sdata: %s\n\n" % (identity, orjson.dumps(answer.payload, default=str))


def _resume_after(request: Request) -> int | None:
    last = request.headers.get("last-event-id")
    return position_of(last) if last else None
