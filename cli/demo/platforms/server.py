"""The platforms' side of the demo, on a port of its own: it gives out orders, and takes what it is told of stock.

It answers as the platforms do, and now and then as they do on a bad day: it asks to come later, or has a fault.
"""

import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from cli.demo.company import DemoChannel
from cli.demo.platforms.registry import PLATFORMS
from cli.demo.platforms.shape import NOT_FOUND, Answered, Asked, Platform, Stand, StockSide

ADDRESS: Final = "127.0.0.1"
# Forebay refuses to speak to this machine; the demo's installation names the one address that it may.
NETWORK: Final = f"{ADDRESS}/32"
BUSY_EVERY: Final = 29  # of a platform's requests about stock, this one is asked to come later
FAULT_EVERY: Final = 41  # and this one is answered by a fault
_METHODS: Final = ("GET", "POST", "PUT", "PATCH")

BUSY: Final = Answered({"message": "too many requests"}, status=429, headers={"retry-after": "1"})
FAULT: Final = Answered({"message": "something went wrong"}, status=500)


@dataclass(frozen=True, slots=True)
class PlatformServer:
    """The running server: each channel's platform is below `url`, and `stands` are what they know, by channel."""

    url: str
    stands: Mapping[str, Stand]

    def endpoint(self, channel: str) -> str:
        """Where the platform of the channel is."""
        return f"{self.url}/{channel}"


@contextmanager
def platform_server(channels: Iterable[DemoChannel]) -> Iterator[PlatformServer]:
    """Run it beside, in a thread with a loop of its own, until the block ends."""
    played = {each.code: PLATFORMS[each.platform] for each in channels if each.platform}
    stands = {code: Stand() for code in played}
    server = uvicorn.Server(uvicorn.Config(_app(played, stands), log_config=None, lifespan="off"))
    with socket.socket() as listener:
        listener.bind((ADDRESS, 0))
        thread = threading.Thread(target=server.run, args=([listener],), name="platforms")
        thread.start()
        try:
            yield PlatformServer(f"http://{ADDRESS}:{listener.getsockname()[1]}", stands)
        finally:
            server.should_exit = True
            thread.join()


def _app(played: Mapping[str, Platform], stands: Mapping[str, Stand]) -> Starlette:
    async def respond(request: Request) -> JSONResponse:
        channel = request.path_params["channel"]
        platform = played.get(channel)
        if platform is None or platform.stock is None:
            answered = NOT_FOUND
        else:
            answered = answer(platform.stock, await _asked(request), stands[channel])
        return JSONResponse(answered.content, answered.status, dict(answered.headers))

    return Starlette(routes=[Route("/{channel}/{rest:path}", respond, methods=_METHODS)])


async def _asked(request: Request) -> Asked:
    return Asked(
        method=request.method,
        path=f"/{request.path_params['rest']}",
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=await request.body(),
    )


def answer(side: StockSide, asked: Asked, stand: Stand) -> Answered:
    """The platform's answer; some requests about stock are turned away, and leave it as it was."""
    if side.is_stock(asked):
        stand.requests += 1
        if stand.requests % BUSY_EVERY == 0 or stand.requests % FAULT_EVERY == 0:
            stand.turned_away += 1
            return BUSY if stand.requests % BUSY_EVERY == 0 else FAULT
    return side.answer(asked, stand)
