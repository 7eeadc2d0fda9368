"""The house that is measured: real servers with fsync on, and Forebay's own processes, started as asked."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from secrets import token_urlsafe
from socket import socket
from tempfile import TemporaryDirectory
from typing import TypeVar

import httpx2

from benchmarks import http_load
from benchmarks.company import Company, found_company
from benchmarks.http_load import Body, HttpLoad
from benchmarks.measuring import Load
from cli.embedded import embedded_servers
from cli.embedded.child import Child, Program, last_lines
from domain.access.keys import make_key
from domain.shared.actor import Scope
from domain.shared.database import connected
from domain.shared.database.migrate import migrate
from domain.shared.settings import settings

Argument = TypeVar("Argument")
Answer = TypeVar("Answer")

HISTORY = 20_000
READY_WITHIN_S = 30.0
STOP_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How long and how large: a window's length, how often it is repeated, what sizes are multiplied by."""

    window_s: float
    warm_up_s: float
    share: float
    turns: int


FULL = Scale(window_s=4.0, warm_up_s=1.0, share=1.0, turns=2)
QUICK = Scale(window_s=1.2, warm_up_s=0.5, share=0.25, turns=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Servers with a company in them. Processes run only for as long as a benchmark needs them."""

    folder: Path
    database_url: str
    redis_url: str
    key: str
    company: Company
    scale: Scale

    @contextmanager
    def api(self) -> Iterator["Api"]:
        """One API process, ready."""
        with socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with self._process("api", "--port", str(port)) as child:
            api = Api(house=self, url=f"http://127.0.0.1:{port}", pid=child.pid)
            _await(lambda: _answers(f"{api.url}/readyz"), child, self.folder / "api.log")
            yield api

    @contextmanager
    def worker(self) -> Iterator[Child]:
        """One worker process."""
        with self._process("worker") as child:
            yield child

    @contextmanager
    def relay(self) -> Iterator[Child]:
        """One relay process."""
        with self._process("relay") as child:
            yield child

    def within(self, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """Run `work` with an open database in this process."""

        async def run() -> Answer:
            async with connected(self.database_url, pool_max=4, application="forebay benchmark"):
                return await work()

        return asyncio.run(run())

    def apart(self, work: Callable[[Argument], Answer], argument: Argument) -> Answer:
        """Run `work` in a process of its own."""
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(work, argument).result()

    @contextmanager
    def _process(self, role: str, *arguments: str) -> Iterator[Child]:
        program = Program(
            command=[sys.executable, "-m", "cli.main", role, *arguments],
            folder=Path.cwd(),
            death_signal=signal.SIGTERM,
            environment=dict(os.environ),
        )
        child = Child(program, self.folder / f"{role}.log")
        try:
            yield child
        finally:
            if not child.end(signal.SIGTERM, STOP_WITHIN_S):
                child.end(signal.SIGKILL, STOP_WITHIN_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A running API process."""

    house: House
    url: str
    pid: int

    def load(self, clients: int, body: Body, *, expect: bytes, seconds: float | None = None) -> Load:
        """What it does for so many clients at once."""
        scale = self.house.scale
        asked = HttpLoad(
            url=self.url,
            key=self.house.key,
            database_url=self.house.database_url,
            api_pid=self.pid,
            clients=clients,
            body=body,
            expect=expect,
            warm_up_s=scale.warm_up_s,
            seconds=seconds or scale.window_s,
        )
        return self.house.apart(http_load.run, asked)


@contextmanager
def open_house(scale: Scale) -> Iterator[House]:
    """Servers of our own in a folder that is gone afterwards, migrated, with a company in them."""
    with TemporaryDirectory(prefix="forebay-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the servers run as another user when we are root
        with embedded_servers(folder) as servers:
            os.environ |= {
                "FOREBAY_DATABASE_URL": servers.database_url,
                "FOREBAY_REDIS_URL": servers.redis_url,
                "FOREBAY_SECRET": token_urlsafe(48),
                "FOREBAY_HOME": str(folder),
            }
            settings.cache_clear()
            key, company = asyncio.run(_furnish(servers.database_url, scale))
            yield House(
                folder=folder,
                database_url=servers.database_url,
                redis_url=servers.redis_url,
                key=key,
                company=company,
                scale=scale,
            )


async def _furnish(database_url: str, scale: Scale) -> tuple[str, Company]:
    async with connected(database_url, pool_max=2, application="forebay benchmark"):
        await migrate()
        _, token = await make_key("benchmark", [Scope.ADMIN], now=datetime.now(UTC))
        return token, await found_company(history=int(HISTORY * scale.share))


def _await(ready: Callable[[], bool], child: Child, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not ready():
        if not child.alive or time.monotonic() > deadline:
            raise RuntimeError(f"{log.stem} did not come up: {last_lines(log.read_text(errors='replace'))}")
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code == 200
    except httpx2.TransportError:
        return False
