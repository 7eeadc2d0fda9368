"""Read a GraphQL request out of HTTP parameters or a message."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request

from api.graphql.execution import Ask
from api.graphql.limits import BODY_BYTES_MAX, BODY_BYTES_MAX_WRITING
from api.graphql.negotiation import is_json
from domain.shared.actor import Actor, Scope

_WRITING = frozenset(Scope) - {Scope.READ}
_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE_SURROGATE = re.compile(f"{_HIGH}(?!{_LOW})|(?<!{_HIGH}){_LOW}")


class NotWellFormed(Exception):
    """This is no GraphQL request; `status` is the HTTP status that says so."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


async def read_request(request: Request, actor: Actor) -> Ask:
    """The request of a GET or POST.

    Raises:
        NotWellFormed: it is none.
    """
    if request.method == "GET":
        return ask_of(_from_query(request.query_params))
    if not is_json(request.headers.get("content-type")):
        raise NotWellFormed("Send `Content-Type: application/json` in UTF-8.", status=415)
    return ask_of(parse_json(await _body(request, body_max(actor)), "The body"))


def body_max(actor: Actor) -> int:
    """How many bytes this caller may send: bulk mutations are large, queries are not."""
    return BODY_BYTES_MAX_WRITING if actor.scopes & _WRITING else BODY_BYTES_MAX


def ask_of(parameters: object) -> Ask:
    """The request with these parameters.

    Raises:
        NotWellFormed: one has the wrong type, or `query` is missing.
    """
    if not isinstance(parameters, dict):
        raise NotWellFormed("A GraphQL request is a JSON object.")  # batches are not supported
    query = parameters.get("query")
    if not isinstance(query, str) or not query:
        raise NotWellFormed("`query` must be a non-empty string.")
    operation_name = parameters.get("operationName")
    if not isinstance(operation_name, str | None):
        raise NotWellFormed("`operationName` must be a string.")
    variables = parameters.get("variables")
    if not isinstance(variables, dict | None):
        raise NotWellFormed("`variables` must be an object.")
    if not isinstance(parameters.get("extensions"), dict | None):
        raise NotWellFormed("`extensions` must be an object.")
    return Ask(query=query, variables=variables, operation_name=operation_name)


def parse_json(text: bytes | str, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        with suppress(ValueError):
            return orjson.loads(_without_lone_surrogates(text))
        raise NotWellFormed(f"{what} is not valid JSON.") from None


def _without_lone_surrogates(text: bytes | str) -> str:
    r"""JSON with NUL in place of each half of a surrogate pair, as cutting an emoji in two leaves it.

    It is JSON by its grammar, but no text: where text is stored neither it nor NUL is, and the field
    is named. Refusing the body instead would refuse all 500 orders of a request for one of them.
    Source: RFC 8259, section 8.2.
    """
    read = text if isinstance(text, str) else text.decode()
    # between escaped backslashes, so that what follows one is not taken for an escape
    return r"\\".join(_LONE_SURROGATE.sub(r"\\u0000", part) for part in read.split(r"\\"))


def _from_query(parameters: Mapping[str, str]) -> dict[str, Any]:
    ask: dict[str, Any] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in ask:
            ask[name] = parse_json(ask[name], f"`{name}`")
    return ask


async def _body(request: Request, bytes_max: int) -> bytes:
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > bytes_max:
        raise _too_large(bytes_max)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > bytes_max:
                raise _too_large(bytes_max)
    except ClientDisconnect:
        raise NotWellFormed("The body ended early.") from None
    return bytes(body)


def _too_large(bytes_max: int) -> NotWellFormed:
    return NotWellFormed(f"A body has at most {bytes_max} bytes here.", status=413)
