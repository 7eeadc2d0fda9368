"""Who asks: a bearer token becomes an Actor."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
from starlette.datastructures import Headers
from starlette.responses import Response

from domain.access.keys import find_actor
from domain.shared.actor import Actor

# A revoked key goes on working for this long in processes that have seen it.
REMEMBER_S = 3.0
REMEMBERED_MAX = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    actor: Actor
    until: float


class Authenticator:
    """Finds the bearers of tokens, and remembers them for a few seconds.

    Only success is remembered. Requests that miss together look up together, once.
    """

    def __init__(
        self,
        find: Callable[[str], Awaitable[Actor | None]] = find_actor,
        *,
        remember_s: float = REMEMBER_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._remember_s = remember_s
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Task[Actor | None]] = {}

    async def actor(self, token: str | None) -> Actor | None:
        """The bearer of `token`, or None."""
        if token is None:
            return None
        known = self._known.get(token)
        if known is not None and known.until > self._clock():
            return known.actor
        asking = self._asking.get(token)
        if asking is None:
            asking = self._asking[token] = asyncio.create_task(self._look_up(token))
            asking.add_done_callback(lambda _: self._asking.pop(token, None))
        return await asyncio.shield(asking)  # one caller's cancellation is not the others'

    async def _look_up(self, token: str) -> Actor | None:
        asked_at = self._clock()
        actor = await self._find(token)
        if actor is None:
            self._known.pop(token, None)
            return None
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[token] = _Known(actor, asked_at + self._remember_s)
        return actor


def bearer(headers: Headers) -> str | None:
    """The token of an `Authorization: Bearer` header."""
    return bearer_token(headers.get("authorization"))


def bearer_token(value: object) -> str | None:
    """The token in `Bearer <token>`. Source: RFC 6750, section 2.1."""
    if not isinstance(value, str):
        return None
    scheme, _, token = value.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def unauthorized(media_type: str = "application/json", *, token_given: bool = False) -> Response:
    """401, in the shape of a GraphQL response."""
    challenge = 'Bearer realm="forebay"' + (', error="invalid_token"' if token_given else "")
    message = "Send a valid API key: `Authorization: Bearer forebay_...`."
    error = {"message": message, "extensions": {"code": "UNAUTHENTICATED"}}
    return Response(
        orjson.dumps({"errors": [error]}),
        401,
        {"WWW-Authenticate": challenge},
        media_type=f"{media_type}; charset=utf-8",
    )
