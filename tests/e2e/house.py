"""A whole Forebay of a test's own: servers, API, worker and relay as processes that can be killed."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import asyncpg
import pytest

from cli.embedded import Servers, embedded_servers
from cli.embedded.child import Child
from cli.stack import Process, Stack, running_stack
from domain.checks.run_checks import CheckKind, run_checks
from domain.shared.database import connected
from domain.shared.settings import settings
from tests.e2e.client import Client

ROOT = Path(__file__).parents[2]
# Recovery is what is tested, not patience: a dead worker's jobs come back after 2 s instead of 15.
SETTINGS = {"FOREBAY_JOB_LEASE_S": "2", "FOREBAY_SWEEP_INTERVAL_S": "0.5", "FOREBAY_POOL_MAX": "8"}
SETTLED_WITHIN_S = 60.0

_BUSY = """
    SELECT (SELECT count(*) FROM jobs)
        + (SELECT count(*) FROM orders WHERE sourcing = 'WAITING')
        + (SELECT count(*) FROM events) + (SELECT count(*) FROM stock_entries)
        - (SELECT last_position FROM feed_state)
"""
# But for what follows the feed or the clock a moment later.
_TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT IN ('board_minutes', 'check_runs') ORDER BY tablename
"""
_BUT = {"jobs": " WHERE kind NOT IN ('RUN_CHECKS', 'REEVALUATE', 'SHADOW_PRICES')"}  # which the clock adds


@dataclass(slots=True)
class House:
    """A running Forebay; `servers` is None when they are not ours."""

    stack: Stack
    environment: dict[str, str]
    servers: Servers | None = None
    _children: dict[str, Child] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.stack.url

    @property
    def websocket_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/graphql"

    def client(self, key: str | None = None, **options: Any) -> Client:
        """A client; with the admin's key unless another is given."""
        return Client(self.url, self.stack.key if key is None else key, **options)

    # ------------------------------------------------------------ processes

    def kill(self, role: str) -> None:
        """End a process as a crash would."""
        assert self._child(role).end(signal.SIGKILL, 10), role

    def start(self, role: str) -> None:
        """Start it anew; for the API this returns before it answers."""
        process = self._process(role)
        self._children[role] = Child(process.child._program, process.log)

    async def restart(self, role: str) -> None:
        await asyncio.to_thread(self.kill, role)
        self.start(role)

    def log_of(self, role: str) -> str:
        """What a process has logged, and those that it was started anew as."""
        return self._process(role).log.read_text(errors="replace")

    async def command(self, *arguments: str) -> str:
        """What `forebay ...` writes, run against this house."""
        return (await self.said(*arguments))[0]

    async def said(self, *arguments: str) -> tuple[str, str]:
        """What it writes, and what it has to say beside that."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "cli.main",
            *arguments,
            cwd=ROOT,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        written, complaints = await process.communicate()
        assert process.returncode == 0, complaints.decode()
        return written.decode().strip(), complaints.decode()

    async def make_key(self, name: str, *scopes: str, channel: str | None = None) -> str:
        """A new key's token."""
        limits = ("--channel", channel) if channel else ()
        words = [word for scope in scopes for word in ("--scope", scope)]
        return await self.command("key", "new", name, *words, *limits)

    def end(self) -> None:
        """End what was started anew; the rest is the stack's."""
        for child in self._children.values():
            child.end(signal.SIGTERM, 20) or child.end(signal.SIGKILL, 5)

    def _process(self, role: str) -> Process:
        return next(process for process in self.stack.processes if process.role == role)

    def _child(self, role: str) -> Child:
        return self._children.get(role) or self._process(role).child

    # ------------------------------------------------------------ auditing

    async def rows(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """What the database itself says, past the API."""
        connection = await asyncpg.connect(self.stack.database_url)
        try:
            return list(await connection.fetch(query, *arguments))
        finally:
            await connection.close()

    async def value(self, query: str, *arguments: object) -> Any:
        [row] = await self.rows(query, *arguments)
        return row[0]

    async def counts(self) -> dict[str, int]:
        """The number of rows of every table."""
        names = [row["tablename"] for row in await self.rows(_TABLES)]
        [row] = await self.rows(
            "SELECT "
            + ", ".join(f"(SELECT count(*) FROM {name}{_BUT.get(name, '')}) AS {name}" for name in names)
        )
        return dict(row)

    async def settled(self, within_s: float = SETTLED_WITHIN_S) -> Self:
        """Return when no job is left, every order is decided and everything is announced."""

        async def idle() -> bool:
            return bool(await self.value(_BUSY) == 0)

        await eventually(idle, within_s=within_s)
        return self

    async def audit(self, within_s: float = SETTLED_WITHIN_S) -> None:
        """Settle, then keep every promise of the house: exactly, not nearly."""
        await self.settled(within_s)
        async with connected(self.stack.database_url, pool_max=2):
            results = await run_checks()
        broken = [
            (result.name, result.violations)
            for result in results
            if not result.kept and result.kind is not CheckKind.WARNING
        ]
        assert results
        assert not broken


@contextmanager
def open_house(
    home: Path, *, apis: int = 1, workers: int = 1, training: bool = False, **more: str
) -> Iterator[House]:
    """A house with embedded servers of its own under `home`; `more` are settings by their full names."""
    with embedded_servers(home, fsync=False) as servers:
        urls = {"FOREBAY_DATABASE_URL": servers.database_url, "FOREBAY_REDIS_URL": servers.redis_url}
        with house_on(
            home, urls, apis=apis, workers=workers, servers=servers, training=training, **more
        ) as house:
            yield house


@contextmanager
def house_on(
    home: Path,
    urls: dict[str, str],
    *,
    apis: int = 1,
    workers: int = 1,
    servers: Servers | None = None,
    training: bool = False,
    **more: str,
) -> Iterator[House]:
    """A house on the servers that `urls` name; this process's environment stays as it was."""
    with pytest.MonkeyPatch.context() as changes:
        for name, value in (SETTINGS | urls | more).items():
            changes.setenv(name, value)
        before = dict(os.environ)
        settings.cache_clear()
        stack_up = running_stack(home=home, port=0, apis=apis, workers=workers, training=training)
        try:
            stack = stack_up.__enter__()
            environment = dict(os.environ)
        finally:
            os.environ.clear()
            os.environ.update(before)
    settings.cache_clear()
    house = House(stack, environment, servers)
    try:
        yield house
    finally:
        house.end()
        stack_up.__exit__(None, None, None)


async def eventually(
    holds: Callable[[], Awaitable[bool]], *, within_s: float = 10.0, every_s: float = 0.03
) -> None:
    """Return once it holds; fail when it does not in time."""
    give_up = time.monotonic() + within_s
    while not await holds():
        assert time.monotonic() < give_up, f"did not come true within {within_s:g} s"
        await asyncio.sleep(every_s)
