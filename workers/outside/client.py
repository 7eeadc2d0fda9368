"""One client for everything outside: bounded in time, size and address, and it follows no redirect.

NoAnswer           nobody answered whole within the time
└─ NotReachable   the address is refused or no address at all; trying again changes nothing
"""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx2

from domain.channels.adapters.contract import HttpAnswer
from domain.shared.settings import Settings
from workers.outside.addresses import networks
from workers.outside.guarded import AddressRefused, GuardedTransport

# More than all rounds of a process use at once (16 of a kind, and webhooks go out 16 at a time): nobody waits for a
# connection that somebody slow has.
CONNECTIONS_MAX = 400
ANSWER_BYTES_MAX = 8 * 1024 * 1024


class NoAnswer(Exception):
    """There was no whole answer: too slow, cut off, or too large."""


class NotReachable(NoAnswer):
    """There is nothing at this address that we would speak to."""


class Outside:
    """Sends requests to platforms and partners; use it as an async context manager."""

    def __init__(self, settings: Settings) -> None:
        transport = GuardedTransport(networks(settings.outside_networks), connections_max=CONNECTIONS_MAX)
        self._client = httpx2.AsyncClient(
            transport=transport, follow_redirects=False, headers={"user-agent": "Forebay"}
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        timeout_s: float,
        answer_bytes_max: int = ANSWER_BYTES_MAX,
    ) -> HttpAnswer:
        """The answer, whatever its status, if it is there whole within `timeout_s` in all.

        Raises:
            NotReachable: the URL is none, or leads to an address that is not public, or cannot be written with
                these headers.
            NoAnswer: there was no whole answer in time, or it was larger than `answer_bytes_max`.
        """
        try:
            asked = self._client.build_request(
                method, url, headers=dict(headers or {}), content=body, timeout=timeout_s
            )
            async with asyncio.timeout(timeout_s):
                return await self._whole(asked, answer_bytes_max)
        except TimeoutError as slow:
            raise NoAnswer(f"no whole answer within {timeout_s:g} s") from slow
        except (AddressRefused, httpx2.UnsupportedProtocol, httpx2.InvalidURL) as refused:
            raise NotReachable(str(refused)) from refused
        except (httpx2.LocalProtocolError, UnicodeError):
            # from None, and in words of our own: theirs quote the header, which may be a credential
            raise NotReachable("its address or a header has a character that HTTP cannot carry") from None
        except httpx2.HTTPError as fault:
            raise NoAnswer(f"{type(fault).__name__}: {fault}") from fault

    async def _whole(self, asked: httpx2.Request, bytes_max: int) -> HttpAnswer:
        answer = await self._client.send(asked, stream=True)
        try:
            read = bytearray()
            async for piece in answer.aiter_bytes():
                read += piece
                if len(read) > bytes_max:
                    raise NoAnswer(f"the answer is larger than {bytes_max} bytes")
        finally:
            await answer.aclose()
        return HttpAnswer(
            status=answer.status_code,
            headers={name.lower(): value for name, value in answer.headers.items()},
            body=bytes(read),
        )
