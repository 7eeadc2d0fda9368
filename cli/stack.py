"""The whole of Forebay on one machine: servers, migrations, API, workers, relay, as one context."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from cli.embedded import embedded_servers
from cli.embedded.child import Child, Program, last_lines
from cli.errors import CommandError
from cli.home import Running, announce, credentials_keys_of, secret_of, withdraw
from domain.access.keys import list_keys, make_key, revoke_key
from domain.places.load_built_in import load_built_in
from domain.shared.actor import Scope
from domain.shared.database import connected
from domain.shared.database.migrate import migrate
from domain.shared.settings import settings

READY_WITHIN_S = 90.0  # on a busy machine; what has ended is noticed at once
STOP_WITHIN_S = 25.0
POLL_S = 0.05
STACK_KEY = "forebay up"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One of our own processes, by its role."""

    role: str
    child: Child
    log: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A running Forebay. `key` is an admin key that lives as long as the stack."""

    url: str
    key: str
    database_url: str
    redis_url: str
    home: Path
    processes: tuple[Process, ...]

    @property
    def console(self) -> str:
        """The console's address, signing in with `key`."""
        return f"{self.url}/#key={self.key}"

    def dead(self) -> Process | None:
        """The first process that has ended by itself, if any."""
        return next((process for process in self.processes if not process.child.alive), None)


def _quiet(_: str) -> None:
    """Say nothing."""


@contextmanager
def running_stack(
    *,
    home: Path | None = None,
    fresh: bool = False,
    port: int | None = None,
    apis: int = 1,
    workers: int = 1,
    fsync: bool = True,
    training: bool = False,
    say: Say = _quiet,
) -> Iterator[Stack]:
    """Run everything until the block ends; also when this process is killed, nothing stays behind.

    `training`: everybody at its console is a trainee. `port` 0 or taken by default: any free one. Servers are embedded, unless FOREBAY_DATABASE_URL and
    FOREBAY_REDIS_URL name others.

    Raises:
        EmbeddedServerError, CommandError: something did not come up; one line says what.
    """
    base = (home or settings().home).absolute()
    with ExitStack() as until_end:
        database_url, redis_url = _servers(until_end, base, fresh=fresh, fsync=fsync, say=say)
        environment = _configure(base, database_url, redis_url)
        say("Bringing the database to the newest schema")
        key = asyncio.run(_prepare(database_url))
        if training:
            environment["FOREBAY_TRAINING_KEY"] = asyncio.run(_key_of_trainees(database_url))
        listener = until_end.enter_context(_listener(settings().host, port))
        say("Starting API, workers and relay")
        processes = _start(until_end, base, environment, listener, apis=apis, workers=workers)
        host, bound_port = listener.getsockname()[:2]
        stack = Stack(
            url=f"http://{host}:{bound_port}",
            key=key,
            database_url=database_url,
            redis_url=redis_url,
            home=base,
            processes=processes,
        )
        _await_ready(stack)
        until_end.callback(withdraw, base)
        announce(base, Running(url=stack.url, key=key, database_url=database_url, redis_url=redis_url))
        yield stack


def _servers(until_end: ExitStack, home: Path, *, fresh: bool, fsync: bool, say: Say) -> tuple[str, str]:
    given = settings()
    if given.database_url and given.redis_url:
        say("Using the servers that the environment names")
        return given.database_url, given.redis_url
    if given.database_url or given.redis_url:
        raise CommandError("Set both FOREBAY_DATABASE_URL and FOREBAY_REDIS_URL, or neither.")
    say("Starting PostgreSQL and Valkey")
    servers = until_end.enter_context(embedded_servers(home, fresh=fresh, fsync=fsync))
    return servers.database_url, servers.redis_url


def _configure(home: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """The environment of our processes; this process takes it on as well."""
    given = settings()
    named = {
        "FOREBAY_DATABASE_URL": database_url,
        "FOREBAY_REDIS_URL": redis_url,
        "FOREBAY_SECRET": given.secret.get_secret_value() or secret_of(home),
        "FOREBAY_HOME": str(home),
    }
    if not given.credentials_keys.get_secret_value():
        keys = given.credentials_keys_file or credentials_keys_of(home)
        named["FOREBAY_CREDENTIALS_KEYS_FILE"] = str(keys)
    os.environ |= named
    settings.cache_clear()
    return {**os.environ, **named}


async def _prepare(database_url: str) -> str:
    """Migrate, and make an admin key in place of an earlier run's; its token."""
    now = datetime.now(UTC)
    async with connected(database_url, pool_max=2):
        await migrate()
        await load_built_in(now=now)
        for old in await list_keys():
            if old.name == STACK_KEY and old.revoked_at is None:
                await revoke_key(old.prefix, now=now)
        _, token = await make_key(STACK_KEY, [Scope.ADMIN], now=now)
    return token


async def _key_of_trainees(database_url: str) -> str:
    """The token of a new key that may do all but administer."""
    async with connected(database_url, pool_max=2):
        _, token = await make_key("Trainee", set(Scope) - {Scope.ADMIN}, now=datetime.now(UTC))
    return token


@contextmanager
def _listener(host: str, port: int | None) -> Iterator[socket.socket]:
    """A listening socket that all API processes share."""
    wanted = settings().port if port is None else port
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, wanted))
        except OSError:
            if port:
                raise CommandError(f"Port {port} is taken; choose another with --port.") from None
            listener.bind((host, 0))
        listener.listen(2048)
        listener.set_inheritable(True)
        yield listener


def _start(
    until_end: ExitStack,
    home: Path,
    environment: dict[str, str],
    listener: socket.socket,
    *,
    apis: int,
    workers: int,
) -> tuple[Process, ...]:
    logs = home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    roles = [
        *((f"api-{n}", ["api", "--socket", str(listener.fileno())]) for n in range(1, apis + 1)),
        *((f"worker-{n}", ["worker"]) for n in range(1, workers + 1)),
        ("relay", ["relay"]),
    ]
    processes = []
    for role, arguments in roles:
        log = logs / f"{role}.log"
        log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "cli.main", *arguments]
        program = Program(
            command=command,
            folder=Path.cwd(),
            death_signal=signal.SIGTERM,
            environment=environment,
            inherit=(listener.fileno(),) if role.startswith("api") else (),
        )
        processes.append(Process(role=role, child=Child(program, log), log=log))
    until_end.callback(_stop, processes)
    return tuple(processes)


def _stop(processes: list[Process]) -> None:
    for process in processes:
        process.child.end(signal.SIGTERM, 0)
    deadline = time.monotonic() + STOP_WITHIN_S
    for process in processes:
        if not process.child.wait(max(0.0, deadline - time.monotonic())):
            process.child.end(signal.SIGKILL, 5)


def _await_ready(stack: Stack) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if dead := stack.dead():
            raise CommandError(f"{dead.role} ended: {last_lines(dead.log.read_text(errors='replace'))}")
        if _answers(f"{stack.url}/readyz"):
            return
        time.sleep(POLL_S)
    raise CommandError(f"The API was not ready after {READY_WITHIN_S:.0f} s; see {stack.home / 'logs'}.")


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code == 200
    except httpx2.TransportError:
        return False
