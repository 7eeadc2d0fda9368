"""Serve the API: one process a core, each with an event loop of its own."""

import socket
from typing import Any

import uvicorn

from api.app import create_app
from domain.shared.collector import settle
from domain.shared.settings import settings

GRACE_S = 20
MESSAGE_BYTES_MAX = 1024 * 1024  # over WebSockets; bulk mutations go over HTTP


class DrainingServer(uvicorn.Server):
    """Ends the subscriptions first: uvicorn waits for open responses, and theirs never end."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        settle()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app: Any = self.config.loaded_app
        while not hasattr(app, "state") and hasattr(app, "app"):  # uvicorn wraps it
            app = app.app
        app.state.hub.close()
        await super().shutdown(sockets)


def serve(host: str, port: int, *, sockets: list[socket.socket] | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then answer what is under way. `sockets` may be shared by processes."""
    app = create_app(settings())
    DrainingServer(config(app, host, port)).run(sockets)


def config(app: Any, host: str, port: int) -> uvicorn.Config:
    """How uvicorn runs: nothing that the hot path could do without."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # one connection's deflate state is more memory than its queue
        ws_max_size=MESSAGE_BYTES_MAX,
        timeout_graceful_shutdown=GRACE_S,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
    )
