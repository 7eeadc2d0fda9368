"""`forebay api`, `worker`, `relay`: one process each, on servers that the environment names."""

import asyncio
import signal
import socket
from collections.abc import Coroutine
from contextlib import suppress
from typing import Annotated, Any

import typer
import uvloop

from api.logging import configure_logging
from cli.commands.servers import named_servers
from domain.shared.collector import settle
from domain.shared.settings import settings


def api(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    socket_fd: Annotated[int | None, typer.Option("--socket", hidden=True)] = None,
) -> None:
    """Serve GraphQL over HTTP, WebSocket and SSE; one process."""
    from api.server import serve  # noqa: PLC0415 - the schema takes a second to build

    configure_logging()
    named_servers()
    listening = [socket.socket(fileno=socket_fd)] if socket_fd is not None else None
    serve(host or settings().host, settings().port if port is None else port, sockets=listening)


def worker() -> None:
    """Run jobs: allocation and whatever else is to be done later; one process."""
    from workers.worker import work  # noqa: PLC0415

    configure_logging()
    servers = named_servers()
    run_until_told(work(settings(), database_url=servers.database_url, redis_url=servers.redis_url))


def relay() -> None:
    """Announce events, wake workers, expire holds; one process, two do no harm."""
    from workers.relay import relay as run_relay  # noqa: PLC0415

    configure_logging()
    servers = named_servers()
    run_until_told(run_relay(settings(), database_url=servers.database_url, redis_url=servers.redis_url))


def run_until_told(main: Coroutine[Any, Any, None]) -> None:
    """Run `main` until it ends or SIGTERM or SIGINT comes, which cancel it."""

    async def run() -> None:
        settle()
        task = asyncio.create_task(main)
        loop = asyncio.get_running_loop()
        for told in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(told, task.cancel)
        with suppress(asyncio.CancelledError):
            await task

    uvloop.run(run())
