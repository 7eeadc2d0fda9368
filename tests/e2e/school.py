"""`forebay training` as a process of a test's own."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from cli.embedded.claim import free_port
from tests.e2e.house import ROOT, eventually

REAL = "http://127.0.0.1:9"
FOUNDED_WITHIN_S = 180.0
_OF_THE_REAL_COMPANY = {  # if it looked at any of these it could not start
    "FOREBAY_DATABASE_URL": "postgres://127.0.0.1:9/real",
    "FOREBAY_REDIS_URL": "redis://127.0.0.1:9/0",
    "FOREBAY_SECRET": "the real company's",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A training company that runs."""

    url: str
    home: Path
    process: asyncio.subprocess.Process

    async def founded(self, *, after: str | None = None) -> str:
        """Everybody's key at the company that is there, once it is another than that of the key `after`."""
        keys: list[str] = []

        async def told() -> bool:
            assert self.process.returncode is None
            try:
                answer = await visitor.get("/console/config.json")
            except httpx2.TransportError:
                return False
            training = answer.json()["training"]
            assert training["home"] == REAL
            keys[:] = [training["key"]]
            return keys != [after]

        async with httpx2.AsyncClient(base_url=self.url, trust_env=False) as visitor:
            await eventually(told, within_s=FOUNDED_WITHIN_S, every_s=0.2)
        return keys[0]


@asynccontextmanager
async def open_school(folder: Path) -> AsyncIterator[School]:
    """`forebay training`, in an environment that names the real company's servers, until the block ends."""
    home, port = folder / "training", free_port()
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli.main", "training",
            "--home", str(home), "--port", str(port), "--of", REAL,
            cwd=ROOT,
            env={**os.environ, **_OF_THE_REAL_COMPANY},
            stdout=log,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield School(url=f"http://127.0.0.1:{port}", home=home, process=process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 60)
