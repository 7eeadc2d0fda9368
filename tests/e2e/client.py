"""A client as a channel would write one: it posts JSON and reads what comes back."""

import asyncio
import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

RESPONSE = "application/graphql-response+json"
INSIST_FOR_S = 60.0
_AWAY = (502, 503, 504)


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and body of one response."""

    status: int
    body: dict[str, Any]

    @property
    def codes(self) -> list[str]:
        """The codes of its top-level errors."""
        return [error.get("extensions", {}).get("code", "") for error in self.body.get("errors", [])]


class Client:
    """Speaks GraphQL over HTTP with one key; an async context manager."""

    def __init__(self, url: str, key: str, *, connections: int = 16, timeout_s: float = 30.0) -> None:
        self.http = httpx2.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {key}", "Accept": RESPONSE} if key else {"Accept": RESPONSE},
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
            timeout=httpx2.Timeout(timeout_s, pool=None),
            trust_env=False,
        )
        self.repeated = 0  # how often `insist` had to

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def post(self, query: str, **variables: Any) -> Reply:
        """Whatever comes back."""
        # as ASCII, so that NUL and lone surrogates travel as a client's library would send them
        body = json.dumps({"query": query, "variables": variables}).encode()
        response = await self.http.post(
            "/graphql", content=body, headers={"Content-Type": "application/json"}
        )
        return Reply(response.status_code, response.json())

    async def ask(self, query: str, **variables: Any) -> Any:
        """The value of the operation's one root field; there must be no fault."""
        reply = await self.post(query, **variables)
        assert reply.status == 200, reply
        return _only(reply)

    async def do(self, query: str, **variables: Any) -> Any:
        """As `ask`, for a mutation that must not be refused."""
        payload = await self.ask(query, **variables)
        assert payload["userErrors"] == [], payload
        return payload

    async def insist(self, query: str, **variables: Any) -> Any:
        """As `ask`, but repeats what fails in a way that says so: no answer, 503, or retryable."""
        async with asyncio.timeout(INSIST_FOR_S):
            while True:
                try:
                    reply = await self.post(query, **variables)
                except httpx2.TransportError:
                    reply = Reply(503, {})
                if reply.status not in _AWAY and not _retryable(reply):
                    assert reply.status == 200, reply
                    return _only(reply)
                self.repeated += 1
                await asyncio.sleep(0.1)


def _retryable(reply: Reply) -> bool:
    return any(error.get("extensions", {}).get("retryable") for error in reply.body.get("errors", ()))


def _only(reply: Reply) -> Any:
    assert "errors" not in reply.body, reply.body["errors"]
    [value] = reply.body["data"].values()
    return value
