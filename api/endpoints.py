"""What isn't GraphQL: the landing page, health, metrics."""

import asyncio
from collections.abc import Mapping
from importlib.metadata import version

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.authentication import Authenticator, bearer, unauthorized
from api.graphql.faults import Gravity, present_exception
from api.metrics import exposition
from domain.shared.actor import Scope
from domain.shared.database import fetch_value
from domain.shared.database.migrate import pending
from domain.shared.refusal import Conflict, InvalidInput, NotAllowed, NotFound, Refusal

READY_TIMEOUT_S = 3.0


def json(payload: object, status: int = 200) -> Response:
    return Response(
        orjson.dumps(payload),
        status,
        {"Cache-Control": "no-store"},
        media_type="application/json; charset=utf-8",
    )


_STATUS: Mapping[type[Refusal], int] = {NotAllowed: 403, NotFound: 404, Conflict: 409, InvalidInput: 400}


def refused(error: Exception, besides: Mapping[type[Refusal], int] | None = None) -> Response:
    """What a client is told that does not speak GraphQL; `besides` are refusals with statuses of their own."""
    shown = present_exception(error)
    statuses = {**(besides or {}), **_STATUS}
    status = next((status for kind, status in statuses.items() if isinstance(error, kind)), 500)
    return json({"errors": shown.errors}, 503 if shown.gravity is Gravity.UNAVAILABLE else status)


async def landing(_request: Request) -> Response:
    """Who answers here, and where to go on."""
    links = {
        "graphql": "/graphql",
        "stream": "/graphql/stream",
        "health": "/healthz",
        "ready": "/readyz",
        "metrics": "/metrics",
    }
    return json({"name": "Forebay", "version": version("forebay"), "links": links})


async def healthz(_request: Request) -> Response:
    """The process is alive; says nothing of what it depends on."""
    return json({"status": "alive"})


class Readiness:
    """`/readyz`: the database answers, and its schema is the one this code was written for."""

    def __init__(self) -> None:
        self._migrated = False  # a schema never goes back while this process lives

    async def respond(self, _request: Request) -> Response:
        try:
            async with asyncio.timeout(READY_TIMEOUT_S):
                await fetch_value("SELECT 1")
                missing = [] if self._migrated else await pending()
        except Exception as error:  # noqa: BLE001 -- whatever it is, we are not ready
            return json({"status": "database unavailable", "reason": type(error).__name__}, 503)
        if missing:
            return json({"status": "schema outdated", "pending": missing}, 503)
        self._migrated = True
        return json({"status": "ready"})


class Metrics:
    """`/metrics`, for bearers of a key that may read."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    async def respond(self, request: Request) -> Response:
        token = bearer(request.headers)
        actor = await self._authenticator.actor(token)
        if actor is None:
            return unauthorized(token_given=token is not None)
        if not actor.may(Scope.READ):
            return json({"errors": [{"message": "This key lacks the scope READ."}]}, 403)
        body, kind = exposition()
        return Response(body, media_type=kind)
