"""`forebay training`: a company to practise at, which stays away from the real one's servers."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx2

from cli.embedded.claim import free_port
from tests.e2e.client import Client
from tests.e2e.house import ROOT, eventually

SET_UP_WITHIN_S = 180.0
REAL = "http://127.0.0.1:9"
WAITING = """{ inboundMessages(where: {outcome: {eq: FAILED}}) {
    nodes { reference channel { code } } } }"""
ORDERS = "{ orderCount { count } }"


async def test_a_training_company_trades_by_itself_and_has_something_to_put_right(tmp_path: Path) -> None:
    home, port = tmp_path / "training", free_port()
    real = {  # if it looked at any of these it could not start
        "FOREBAY_DATABASE_URL": "postgres://127.0.0.1:9/real",
        "FOREBAY_REDIS_URL": "redis://127.0.0.1:9/0",
        "FOREBAY_SECRET": "the real company's",
    }
    with (tmp_path / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli.main", "training",
            "--home", str(home), "--port", str(port), "--of", REAL,
            cwd=ROOT,
            env={**os.environ, **real},
            stdout=log,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
    try:
        await _is_alive(f"http://127.0.0.1:{port}", process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 60)
    assert not (home / "up.json").exists()


async def _is_alive(url: str, process: asyncio.subprocess.Process) -> None:
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as visitor:

        async def told() -> bool:
            assert process.returncode is None
            try:
                return (await visitor.get("/readyz")).status_code == 200
            except httpx2.TransportError:
                return False

        await eventually(told, within_s=SET_UP_WITHIN_S, every_s=0.5)
        training = (await visitor.get("/console/config.json")).json()["training"]
    assert training["home"] == REAL
    async with Client(url, training["key"]) as trainee:

        async def trades() -> bool:
            return bool((await trainee.ask(ORDERS))["count"] > 0)

        await eventually(trades, within_s=SET_UP_WITHIN_S, every_s=0.5)
        [message] = (await trainee.ask(WAITING))["nodes"]
        assert message == {"reference": "PRACTICE-1", "channel": {"code": "marketplace"}}
