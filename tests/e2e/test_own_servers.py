"""The same program on servers of one's own: a distribution's PostgreSQL and Redis, where they are installed."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from cli.embedded.account import server_account
from cli.embedded.child import Child, Program, run_to_end
from cli.embedded.claim import free_port
from tests.e2e.house import House, house_on
from tests.e2e.trade import ORDER, RECEIVE, level, open_shop, place, place_all, sourced, walk

UP_WITHIN_S = 20.0
BACKORDERED = """query ($channel: String!) {
    orderCount(where: {channel: {eq: $channel}, sourcing: {eq: BACKORDERED}}) { count } }"""
POSTGRES = max(
    (path for path in Path("/usr/lib/postgresql").glob("*/bin") if int(path.parent.name) >= 15),
    key=lambda path: int(path.parent.name),
    default=None,
)
REDIS = shutil.which("redis-server")

pytestmark = [
    pytest.mark.skipif(POSTGRES is None, reason="no PostgreSQL 15 or later in /usr/lib/postgresql"),
    pytest.mark.skipif(REDIS is None, reason="no redis-server on the path"),
]


@contextmanager
def _running(folder: Path, *command: str) -> Iterator[None]:
    """A server that is gone when the block ends, and also when this process is killed."""
    server = Child(_program(folder, *command), folder / f"{Path(command[0]).name}.log")
    try:
        yield
    finally:
        server.end(signal.SIGINT, 20) or server.end(signal.SIGKILL, 5)


def _program(folder: Path, *command: str) -> Program:
    """As another user when we are root: PostgreSQL refuses to be."""
    return Program(command=command, folder=folder, account=server_account(folder))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that the servers' account can use; pytest's own are closed to it."""
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        if account := server_account(made):
            os.chown(made, account.uid, account.gid)
        yield made


@pytest.fixture(scope="module")
def house(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    assert POSTGRES is not None
    assert REDIS is not None
    data, postgres_port, redis_port = str(folder / "data"), free_port(), free_port()
    initdb = [str(POSTGRES / "initdb"), "-D", data, "-U", "forebay", "-A", "trust", "-E", "UTF8", "--no-sync"]
    run_to_end(_program(folder, *initdb))
    settings = [
        f"port={postgres_port}",
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "fsync=off",
    ]
    postgres = [str(POSTGRES / "postgres"), "-D", data, *(word for one in settings for word in ("-c", one))]
    redis = [REDIS, "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    urls = {
        "FOREBAY_DATABASE_URL": f"postgres://forebay@127.0.0.1:{postgres_port}/postgres",
        "FOREBAY_REDIS_URL": f"redis://127.0.0.1:{redis_port}/3",
    }
    with _running(folder, *postgres), _running(folder, *redis):
        _await_redis(urls["FOREBAY_REDIS_URL"])
        _await_postgres(POSTGRES, postgres_port)
        with house_on(tmp_path_factory.mktemp("own"), urls) as opened:
            yield opened


def _await_redis(url: str) -> None:
    give_up = time.monotonic() + UP_WITHIN_S
    with Redis.from_url(url) as redis:
        while time.monotonic() < give_up:
            try:
                redis.ping()
            except RedisConnectionError:
                time.sleep(0.05)
            else:
                return
    raise AssertionError("Redis did not come up")


def _await_postgres(binaries: Path, port: int) -> None:
    asking = [str(binaries / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"]
    give_up = time.monotonic() + UP_WITHIN_S
    while subprocess.run(asking, check=False).returncode:
        assert time.monotonic() < give_up, "PostgreSQL did not come up"
        time.sleep(0.05)


async def test_an_order_from_intake_to_the_door(house: House) -> None:
    async with house.client() as client:
        shop = await open_shop(client, [5, 5], warehouses=2)
        both = dict.fromkeys(shop.skus, 1)
        placed = (await place(client, shop.order(both, stockPolicy="REQUIRE")))["order"]["id"]
        order = await sourced(client, placed)
        assert (order["sourcing"], order["allocationStatus"]) == ("SOURCED", "ALLOCATED")
        [parcel] = order["fulfilmentOrders"]
        await walk(client, parcel["id"], until="deliver")
        order = await client.ask(ORDER, id=placed)
        assert (order["state"], order["fulfilmentStatus"]) == ("COMPLETED", "DELIVERED")
        assert [event["version"] for event in order["events"]] == list(range(1, order["version"] + 1))
        assert await level(client, shop.skus[0]) == {"onHand": 9, "allocated": 0, "available": 9}
    await house.audit()


async def test_more_orders_than_stock_and_what_becomes_free(house: House) -> None:
    async with house.client() as client:
        shop = await open_shop(client, [30])
        await place_all(client, [shop.order() for _ in range(50)])
        await house.audit()
        assert (await client.ask(BACKORDERED, channel=shop.channel))["count"] == 20
        more = {"warehouse": shop.warehouses[0], "lines": [{"sku": shop.skus[0], "quantity": 20}]}
        await client.do(RECEIVE, input=more)
        await house.settled()
        assert (await client.ask(BACKORDERED, channel=shop.channel))["count"] == 0
        assert await level(client, shop.skus[0]) == {"onHand": 50, "allocated": 50, "available": 0}
    await house.audit()
