"""A client of our own GraphQL API, for the commands that are its customers.

    ApiError
     ├─ ApiAway        nobody answers, or nobody who is ready, for as long as one may wait
     ├─ KeyRefused     the API doesn't know the key, or the key may not do this
     └─ AskedWrongly   the API doesn't take the request, or it has a fault

What passes by itself is asked again, so ask only what does no harm twice: `placeOrders` finds what
it placed, stock is moved under idempotency keys, a step already taken is a refusal.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self, TypeVar

import httpx2
import orjson

from cli.errors import CommandError

Answer = TypeVar("Answer")

PATIENCE_S: Final = 60.0  # for one request with all its repetitions
UPLOAD_SLICE_BYTES: Final = 4 * 1024 * 1024
REQUEST_TIMEOUT_S: Final = 40.0  # the API gives up after 30 by itself
_PAUSES_S: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
_AWAY: Final = frozenset({429, 502, 503, 504})
_NOT_THIS_KEY: Final = frozenset({401, 403})


class ApiError(CommandError):
    """The API could not be asked."""


class ApiAway(ApiError):
    """Nobody answers at the URL, or nobody who is ready."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"No answer from {url} ({why}): is `forebay up` running there?")


class KeyRefused(ApiError):
    """The API doesn't know the key, or the key may not do this."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} refuses this API key: take another, or make one with `forebay key`.")


class AskedWrongly(ApiError):
    """The API doesn't take the request, or it has a fault; repeating it changes nothing."""


class _Passing(Exception):
    """It may go well in a moment."""


class Client:
    """Asks the API at `url`; use it as an async context manager.

    `connections` bounds how many requests are under way together; the others wait for their turn.
    """

    def __init__(self, url: str, key: str, *, connections: int = 16, patience_s: float = PATIENCE_S) -> None:
        self.url = url.rstrip("/")
        self._patience_s = patience_s
        self._http = httpx2.AsyncClient(
            headers={
                "authorization": f"Bearer {key}",
                "content-type": "application/json",
                "accept": "application/graphql-response+json",
            },
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
            timeout=httpx2.Timeout(REQUEST_TIMEOUT_S, pool=None),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def ask(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """The `data` of one operation; asks again what passes by itself.

        Raises:
            ApiAway, KeyRefused, AskedWrongly: as described there.
        """
        body = orjson.dumps({"query": document, "variables": variables})
        return await self._patiently(lambda: self._once(body))

    async def fetch(self, path: str) -> bytes:
        """The document that the API serves at `path`; asks again what passes by itself.

        Raises:
            ApiAway, KeyRefused, AskedWrongly: as described there.
        """
        return await self._patiently(lambda: self._get(path))

    async def upload(self, path: str, file: Path, *, seen: Callable[[int], None]) -> None:
        """Upload what the API does not have of `file` yet; goes on by itself when the connection breaks.

        Raises:
            ApiAway, KeyRefused, AskedWrongly: as described there.
        """
        with file.open("rb") as opened:
            while (sent := await self._patiently(lambda: self._next_slice(path, opened))) is not None:
                seen(sent)

    async def _next_slice(self, path: str, file: IO[bytes]) -> int | None:
        """Send what follows what the API has; None: it has everything."""
        known = await self._http.head(f"{self.url}{path}")
        self._require_answer(known)
        if known.headers.get("upload-complete") == "?1":
            return None
        file.seek(int(known.headers["upload-offset"]))
        part = file.read(UPLOAD_SLICE_BYTES)
        headers = {
            "content-type": "application/partial-upload",
            "upload-offset": known.headers["upload-offset"],
            "upload-complete": "?0" if file.read(1) else "?1",
        }
        answer = await self._http.patch(f"{self.url}{path}", content=part, headers=headers)
        if answer.status_code == httpx2.codes.CONFLICT:  # an earlier request arrived after all
            raise _Passing("the upload moved on")
        self._require_answer(answer)
        return int(answer.headers["upload-offset"])

    async def download(
        self, link: Callable[[], Awaitable[str]], file: Path, *, seen: Callable[[int], None]
    ) -> None:
        """Download to `file` what it does not have yet of what is behind a link; goes on when the connection breaks.

        Raises:
            ApiAway, KeyRefused, AskedWrongly: as described there.
        """
        while not await self._patiently(lambda: self._rest_of(link, file, seen)):
            pass

    async def _rest_of(
        self, link: Callable[[], Awaitable[str]], file: Path, seen: Callable[[int], None]
    ) -> bool:
        """Get what follows what is there; whether that was all, else it broke off and is worth another try."""
        with file.open("ab") as opened:
            there = opened.tell()
            try:
                await self._stream(f"{self.url}{await link()}", opened, seen)
            except httpx2.TransportError:
                if opened.tell() == there:
                    raise
                return False
        return True

    async def _stream(self, url: str, file: IO[bytes], seen: Callable[[int], None]) -> None:
        async with self._http.stream("GET", url, headers={"range": f"bytes={file.tell()}-"}) as answer:
            if answer.status_code == httpx2.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                return  # there is nothing after what is there
            if answer.status_code != httpx2.codes.PARTIAL_CONTENT:
                await answer.aread()
                self._require_answer(answer)
            async for part in answer.aiter_bytes():
                file.write(part)
                seen(file.tell())

    def _require_answer(self, response: httpx2.Response) -> None:
        if response.status_code in _AWAY:
            raise _Passing(f"HTTP {response.status_code}")
        if response.status_code in _NOT_THIS_KEY:
            raise KeyRefused(self.url)
        if response.status_code != httpx2.codes.NO_CONTENT:
            data_of(_parsed(response, self.url), self.url)  # raises what it says

    async def _patiently(self, once: Callable[[], Awaitable[Answer]]) -> Answer:
        clock = asyncio.get_running_loop()
        give_up_at = clock.time() + self._patience_s
        for attempt in range(1_000_000):
            try:
                return await once()
            except (httpx2.TransportError, _Passing) as passing:
                if clock.time() >= give_up_at:
                    raise ApiAway(self.url, _why(passing)) from passing
            # full jitter: many senders that lost the API together do not come back together
            await asyncio.sleep(random.uniform(0.2, 1.0) * _PAUSES_S[min(attempt, len(_PAUSES_S) - 1)])  # noqa: S311
        raise AssertionError("patience ends first")

    async def _get(self, path: str) -> bytes:
        response = await self._http.get(f"{self.url}{path}")
        if response.status_code in _AWAY:
            raise _Passing(f"HTTP {response.status_code}")
        if response.status_code in _NOT_THIS_KEY:
            raise KeyRefused(self.url)
        if response.status_code != httpx2.codes.OK:
            data_of(_parsed(response, self.url), self.url)  # raises what it says
        return response.content

    async def _once(self, body: bytes) -> dict[str, Any]:
        response = await self._http.post(f"{self.url}/graphql", content=body)
        if response.status_code in _AWAY:
            raise _Passing(f"HTTP {response.status_code}")
        if response.status_code in _NOT_THIS_KEY:
            raise KeyRefused(self.url)
        return data_of(_parsed(response, self.url), self.url)


def _parsed(response: httpx2.Response, url: str) -> dict[str, Any]:
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict):
        raise AskedWrongly(f"{url} answers HTTP {response.status_code} and no GraphQL: is it Forebay's URL?")
    return answer


def data_of(answer: Mapping[str, Any], url: str) -> dict[str, Any]:
    """The data of a GraphQL answer without errors.

    Raises:
        _Passing, KeyRefused, AskedWrongly: it has errors.
    """
    for error in answer.get("errors") or ():
        extensions = error.get("extensions") or {}
        if extensions.get("retryable"):
            raise _Passing(error["message"])
        if extensions.get("code") == "NOT_ALLOWED":
            raise KeyRefused(url)
        incident = extensions.get("incidentId")
        told = f" (incident {incident}: see the API's log)" if incident else ""
        raise AskedWrongly(f"The API says: {error['message']}{told}")
    data = answer.get("data")
    if not isinstance(data, dict):
        raise AskedWrongly(f"{url} answers neither data nor errors: is it Forebay's URL?")
    return data


def refusals(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The user errors of a mutation's payload."""
    errors: list[dict[str, Any]] = payload["userErrors"]
    return errors


def require_done(payload: Mapping[str, Any], what: str) -> None:
    """Raise AskedWrongly if the mutation was refused; `what` it was about."""
    for error in refusals(payload):
        field = f" ({error['field']})" if error.get("field") else ""
        raise AskedWrongly(f"{what}: {error['code']}: {error['message']}{field}")


def _why(passing: Exception) -> str:
    return str(passing) or type(passing).__name__
