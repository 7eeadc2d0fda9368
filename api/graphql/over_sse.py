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
GROUP_MAX = 64  # answers that are written together
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
            async for group in with_heartbeats(answers, HEARTBEAT_S):
                if time.monotonic() > trusted_until:
                    if not await self._trusted(token):
                        return
                    trusted_until = time.monotonic() + HEARTBEAT_S
                yield b"".join(map(_event, group)) or b":\n\n"
            yield b"event: complete\ndata:\n\n"

    async def _trusted(self, token: str) -> bool:
        try:
            return await self._authenticator.actor(token) is not None
        except Exception as error:  # noqa: BLE001 -- no answer is no reason to send anybody away
            log.warning("a key could not be checked again", reason=repr(error))
            return True


async def with_heartbeats(
    answers: AsyncGenerator[Answer, None], every_s: float
) -> AsyncGenerator[list[Answer], None]:
    """The answers, all that are ready at once; none of them whenever there was none for `every_s`.

    Singly, each would wait for its turns of a busy event loop, and the stream would fall behind
    what happens: 150 events a second were seen beside a few hundred mutations.
    """
    async with aclosing(answers):
        ahead = _Ahead(answers)
        try:
            while await ahead.any(within_s=every_s) or not ahead.ended:
                yield ahead.take()
            await ahead.task  # raises what ended the answers
        finally:
            ahead.task.cancel()  # does nothing to one that is done
            await asyncio.wait({ahead.task})


class _Ahead:
    """Reads answers ahead of a slow taker, up to GROUP_MAX of them."""

    def __init__(self, answers: AsyncGenerator[Answer, None]) -> None:
        self.ended = False
        self._ready: list[Answer] = []
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self.task = asyncio.create_task(self._read(answers))

    async def any(self, *, within_s: float) -> bool:
        """Whether there is something to take, now or within that time."""
        if not self._ready and not self.ended:
            with suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    await self._news.wait()
        return bool(self._ready)

    def take(self) -> list[Answer]:
        taken, self._ready = self._ready, []
        self._news.clear()
        self._room.set()
        return taken

    async def _read(self, answers: AsyncGenerator[Answer, None]) -> None:
        try:
            async for answer in answers:
                self._ready.append(answer)
                self._news.set()
                if len(self._ready) >= GROUP_MAX:
                    self._room.clear()
                    await self._room.wait()
        finally:
            self.ended = True
            self._news.set()


def _event(answer: Answer) -> bytes:
    identity = b"" if answer.position is None else b"id: %s\n" % cursor_of(answer.position).encode()
    return b"event: next\n%sdata: %s\n\n" % (identity, orjson.dumps(answer.payload, default=str))


def _resume_after(request: Request) -> int | None:
    last = request.headers.get("last-event-id")
    return position_of(last) if last else None
