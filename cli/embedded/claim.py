"""One launcher per folder: what a second one is told, and what is remembered between runs."""

import fcntl
import json
import os
import random
import secrets
import socket
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from cli.embedded.errors import EmbeddedServerError

HOST = "127.0.0.1"

# A launcher that was just killed holds its lock until the kernel has taken it apart.
CLAIM_WITHIN_S = 1.0

# Below the range that systems take outgoing connections' ports from (32768 on Linux, 49152 elsewhere): a client
# that retries against a port in it, while our server restarts, can end up connected to itself and take the port.
PORTS = range(20_000, 32_768)


class Claim:
    """A server's folder, ours until released or until this process is gone, however it goes.

    The lock file stays: removing it would let two launchers lock two files of the same name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def take(self) -> Self:
        """Take it; idempotent.

        Raises:
            EmbeddedServerError: another launcher has it.
        """
        if self._fd is not None:
            return self
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not lock_within(fd, CLAIM_WITHIN_S):
            holder = os.read(fd, 32).decode().strip() or "unknown"
            os.close(fd)
            raise EmbeddedServerError(
                f"{self._path.stem} in {self._path.parent} is already running, started by process {holder}: "
                "stop that one, or choose another folder"
            )
        os.ftruncate(fd, 0)
        os.write(fd, f"{os.getpid()}\n".encode())
        self._fd = fd
        return self

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a server listens and the password it asks for; a random one, so it never needs escaping."""

    port: int
    password: str

    @classmethod
    def recall(cls, path: Path) -> Self | None:
        """What `remember` wrote; None if it isn't there or makes no sense."""
        try:
            return cls(**json.loads(path.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def remember(self, path: Path) -> None:
        """Keep it for the next run, readable by us only."""
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(self), file)
        draft.replace(path)


def lock_within(fd: int, seconds: float) -> bool:
    """Lock the file unless somebody else keeps it locked for that long."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return True
    return False


def new_password() -> str:
    return secrets.token_hex(24)


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        # As servers do; without it a port is refused for a minute after its last connection.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    for port in random.sample(PORTS, 200):
        if is_free(port):
            return port
    raise EmbeddedServerError(f"no free port found between {PORTS.start} and {PORTS.stop - 1} on {HOST}")
