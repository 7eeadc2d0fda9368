"""GraphQL over HTTP: POST for everything, GET for queries.

Source: GraphQL over HTTP, https://graphql.github.io/graphql-over-http/draft/
"""

from typing import Any

import orjson
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response

from api.authentication import Authenticator, bearer, unauthorized
from api.graphql.asking import NotWellFormed, read_request
from api.graphql.execution import ONCE, Answer, Operations, Outcome
from api.graphql.faults import Gravity, present_exception
from api.graphql.negotiation import JSON, RESPONSE, media_type
from domain.shared.actor import Actor

_QUERIES = frozenset({OperationType.QUERY})
_STATUS = {
    Outcome.DONE: 200,
    Outcome.REJECTED: 400,
    Outcome.WRONG_KIND: 400,
    Outcome.FAULT: 500,
    Outcome.UNAVAILABLE: 503,
    Outcome.TIMEOUT: 504,
}
_NO_STORE = {"Cache-Control": "no-store"}


class HttpEndpoint:
    """`/graphql` for GET and POST."""

    def __init__(self, operations: Operations, authenticator: Authenticator) -> None:
        self._operations = operations
        self._authenticator = authenticator

    async def respond(self, request: Request) -> Response:
        kind = media_type(request.headers.get("accept"))
        if kind is None:
            return refusal(406, f"Accept `{RESPONSE}` or `{JSON}`.", JSON)
        token = bearer(request.headers)
        try:
            actor = await self._authenticator.actor(token)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the client gets an answer
            return fault_response(error, kind)
        if actor is None:
            return unauthorized(kind, token_given=token is not None)
        return await self._answer(request, actor, kind)

    async def _answer(self, request: Request, actor: Actor, kind: str) -> Response:
        try:
            ask = await read_request(request, actor)
        except NotWellFormed as no:
            return refusal(no.status, no.message, kind)
        allowed = _QUERIES if request.method == "GET" else ONCE
        answer = await self._operations.run(ask, actor, allowed=allowed)
        if answer.outcome is Outcome.WRONG_KIND and request.method == "GET":
            return _response(answer.payload, 405, kind, {"Allow": "POST"})
        return _response(answer.payload, _status(answer, kind), kind)


def _status(answer: Answer, kind: str) -> int:
    # as plain JSON any other status could be a proxy's, so 200 says that a GraphQL server answers
    return _STATUS[answer.outcome] if kind == RESPONSE else 200


def fault_response(error: Exception, kind: str) -> Response:
    """The response to a fault before there is an operation: 503 if the database is away, else 500."""
    shown = present_exception(error)
    status = 503 if shown.gravity is Gravity.UNAVAILABLE else 500
    return _response({"errors": shown.errors}, status, kind)


def refusal(status: int, message: str, kind: str) -> Response:
    """The response to something that is no GraphQL request."""
    error = {"message": message, "extensions": {"code": "BAD_REQUEST"}}
    return _response({"errors": [error]}, status, kind)


def _response(
    payload: dict[str, Any], status: int, kind: str, headers: dict[str, str] | None = None
) -> Response:
    extra = {"Retry-After": "1"} if status == 503 else {}
    body = orjson.dumps(payload, default=str)
    return Response(body, status, _NO_STORE | extra | (headers or {}), f"{kind}; charset=utf-8")
