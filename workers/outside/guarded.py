"""A transport that looks at the address it is about to connect to, not at the name it was given.

A name may resolve to something else a moment after it was checked (DNS rebinding), so the check stands
where the connection is made, and the address that was judged is the one that is connected to.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Sequence

import httpcore2
import httpx2

from workers.outside.addresses import Network, may_connect

_Option = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class AddressRefused(Exception):
    """The host has no address that may be connected to."""


class _GuardedBackend(httpcore2.AnyIOBackend):
    def __init__(self, allowed: Sequence[Network]) -> None:
        super().__init__()
        self._allowed = allowed

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- the signature is the library's
        local_address: str | None = None,
        socket_options: Iterable[_Option] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address of `host` that answers; none of them may be forbidden."""
        addresses = await self._addresses(host, port, timeout)
        for address in addresses[:-1]:
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 -- the signature is the library's
        socket_options: Iterable[_Option] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        raise AddressRefused(path)

    async def _addresses(self, host: str, port: int, timeout_s: float | None) -> list[str]:
        try:
            async with asyncio.timeout(timeout_s):
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except TimeoutError as slow:
            raise httpcore2.ConnectTimeout(f"{host} could not be resolved in time") from slow
        except (OSError, UnicodeError) as unknown:
            raise httpcore2.ConnectError(f"{host} could not be resolved") from unknown
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not addresses or not all(may_connect(address, self._allowed) for address in addresses):
            raise AddressRefused(f"{host} is not at a public address")
        return addresses


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """As its parent, but it connects to permitted addresses only, and through no proxy."""

    def __init__(self, allowed: Sequence[Network], *, connections_max: int) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=connections_max,
            max_keepalive_connections=connections_max,
            keepalive_expiry=10.0,
            network_backend=_GuardedBackend(allowed),
        )
