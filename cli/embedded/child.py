"""Run a program as our child, under an account of choice, gone when we are gone.

The kernel sends the parent-death signal when the *thread* that forked ends, not only the process.
So a server is forked by a keeper thread that then waits for it: the thread lives as long as its server,
and `start()` may be called from any short-lived thread.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Thread

from cli.embedded.account import Account
from cli.embedded.errors import EmbeddedServerError

EXEC_SERVER = Path(__file__).with_name("exec_server.py")

# Nothing of ours: PGDATA, PGPORT or a locale would bend what the servers do.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run, where, and as whom."""

    command: Sequence[str]
    folder: Path
    account: Account | None = None  # None: as we are
    death_signal: signal.Signals = signal.SIGKILL
    stdin: str = ""
    environment: Mapping[str, str] = field(default_factory=lambda: ENVIRONMENT)
    inherit: tuple[int, ...] = ()  # file descriptors that stay open in it

    @property
    def wrapped_command(self) -> list[str]:
        uid, gid = (self.account.uid, self.account.gid) if self.account else (-1, -1)
        wrapper = [sys.executable, "-I", "-S", str(EXEC_SERVER)]
        numbers = (os.getpid(), int(self.death_signal), uid, gid)
        return [*wrapper, *map(str, numbers), *self.command]


def run_to_end(program: Program) -> str:
    """Return what the program wrote.

    Raises:
        EmbeddedServerError: it failed; its last lines are in the message.
    """
    done = subprocess.run(  # noqa: S603 - our own command line
        program.wrapped_command,
        cwd=program.folder,
        env=program.environment,
        input=program.stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        name = Path(program.command[0]).name
        raise EmbeddedServerError(f"{name} failed: {last_lines(done.stdout)}")
    return done.stdout


def last_lines(text: str, count: int = 4) -> str:
    """The last lines that say something, as one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[-count:]) or "it wrote nothing"


class Child:
    """A running program, its output going to a log file."""

    def __init__(self, program: Program, log: Path) -> None:
        self._program = program
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._failure: OSError | None = None
        self._forked = Event()
        self._ended = Event()
        Thread(target=self._keep, name=f"keeper of {log.stem}", daemon=True).start()
        self._forked.wait()
        if self._failure:
            raise EmbeddedServerError(f"cannot run {program.command[0]}: {self._failure}")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return not self._ended.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """True once it has ended, False if it still runs after `timeout_s`."""
        return self._ended.wait(timeout_s)

    def end(self, how: signal.Signals, grace_s: float) -> bool:
        """Signal it; True once it has ended, False if it still runs after `grace_s`."""
        if self.alive and self._process:
            self._process.send_signal(how)
        return self.wait(grace_s)

    def _keep(self) -> None:
        try:
            self._process = self._fork()
        except OSError as error:
            self._failure = error
            self._ended.set()
            return
        finally:
            self._forked.set()
        self._process.wait()
        self._ended.set()

    def _fork(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output, TemporaryFile() as source:
            source.write(self._program.stdin.encode())
            source.seek(0)
            return subprocess.Popen(  # noqa: S603 - our own command line
                self._program.wrapped_command,
                cwd=self._program.folder,
                env=self._program.environment,
                stdin=source,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=self._program.inherit,
                start_new_session=True,  # Ctrl-C is for us, who then stop the servers in order
            )
