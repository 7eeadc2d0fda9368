"""What both servers have in common: one launcher a folder, a lasting port, a start that is ready when it returns.

root/NAME.lock   taken while it runs, holds the launcher's pid
root/NAME.json   port and password, the same from run to run where possible
root/NAME.log    what the server wrote
root/NAME/       its data
"""

import shutil
import signal
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Self

from cli.embedded.account import Account, server_account
from cli.embedded.child import Child, Program, last_lines
from cli.embedded.claim import Claim, Endpoint, free_port, is_free, new_password
from cli.embedded.errors import EmbeddedServerError

READY_WITHIN_S = 120.0  # recovery after a crash replays the log first
STOPPED_WITHIN_S = 30.0
RETRY_FOR_S = 10.0
POLL_S = 0.01
LOG_BYTES_MAX = 16 * 2**20


class SupervisedServer(ABC):
    """A server that is ours alone and gone when we are gone."""

    name: ClassVar[str]
    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]  # in order, all work put away
    quit_signal: ClassVar[signal.Signals]  # at once, but by its own hand
    passing_troubles: ClassVar[tuple[str, ...]] = ()  # log texts that are worth another attempt

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.data = self.root / self.name
        self.log = self.root / f"{self.name}.log"
        self._memory = self.root / f"{self.name}.json"
        self._claim = Claim(self.root / f"{self.name}.lock")
        self._endpoint: Endpoint | None = None
        self._port_is_known = False  # to clients: from then on it stays
        self._password_is_new = False
        self._child: Child | None = None

    # ------------------------------------------------------------ what differs

    @property
    @abstractmethod
    def url(self) -> str:
        """Where clients connect, password included."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make the data folder fit to start from."""

    @abstractmethod
    def _program(self) -> Program:
        """The command that is the server."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Whether it takes connections."""

    def _end_strays(self) -> None:  # noqa: B027 - most leave nothing
        """End what an earlier launcher left behind."""

    # ------------------------------------------------------------ what users call

    @property
    def endpoint(self) -> Endpoint:
        """Where it listens; the same for as long as this object lives."""
        if self._endpoint is None:
            raise EmbeddedServerError(f"{self.title} in {self.root} has not been started")
        return self._endpoint

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.alive

    @property
    def pid(self) -> int:
        if self._child is None:
            raise EmbeddedServerError(f"{self.title} in {self.root} has not been started")
        return self._child.pid

    def start(self, *, fresh: bool = False) -> Self:
        """Start it and return when it takes connections; idempotent. `fresh` drops what earlier runs left.

        Raises:
            EmbeddedServerError: another launcher runs it, or it didn't come up.
        """
        if self.is_running:
            return self
        self._take_root()
        try:
            self._end_strays()
            if fresh:
                self._forget()
            self._launch()
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it, in order unless `at_once`; whatever it takes if it doesn't obey. Idempotent."""
        wishes = (self.quit_signal,) if at_once else (self.stop_signal, self.quit_signal)
        self._end(*wishes, signal.SIGKILL)

    def kill(self) -> None:
        """End it as a crash would; idempotent."""
        self._end(signal.SIGKILL)

    def restart(self) -> Self:
        """Stop and start it, on the same port."""
        self.stop()
        return self.start()

    def wait(self, timeout_s: float | None = None) -> bool:
        """True once it has ended, by whatever cause; False if it still runs after `timeout_s`."""
        return self._child is None or self._child.wait(timeout_s)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # ------------------------------------------------------------ how

    @property
    def _account(self) -> Account | None:
        return server_account(self.data)

    def _take_root(self) -> None:
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._claim.take()
        except OSError as error:
            raise EmbeddedServerError(
                f"cannot use {self.root}: {error.strerror}; choose another folder"
            ) from None

    def _forget(self) -> None:
        self._memory.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        if self.data.exists():
            shutil.rmtree(self.data)

    def _launch(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.unlink()
        known = self._endpoint or Endpoint.recall(self._memory)
        self._password_is_new = known is None
        self._endpoint = self._choose_endpoint(known)
        self._prepare()
        self._endpoint.remember(self._memory)
        self._bring_up()
        self._endpoint.remember(self._memory)
        self._port_is_known = True

    def _choose_endpoint(self, known: Endpoint | None) -> Endpoint:
        """The one clients of this object know, else the last run's if its port is free, else another port."""
        if known and (self._port_is_known or is_free(known.port)):
            return known
        return Endpoint(port=free_port(), password=known.password if known else new_password())

    def _bring_up(self) -> None:
        """Start it, and again while what stops it passes by itself."""
        give_up = time.monotonic() + RETRY_FOR_S
        while True:
            log_start = self.log.stat().st_size if self.log.exists() else 0
            self._child = Child(self._program(), self.log)
            if self._became_ready(self._child):
                return
            written = self._log_since(log_start)
            passes = any(trouble in written for trouble in self.passing_troubles)
            if not passes or time.monotonic() > give_up:
                raise EmbeddedServerError(
                    f"{self.title} did not start: {last_lines(written)} (all of it: {self.log})"
                )
            time.sleep(10 * POLL_S)
            self._endpoint = self._choose_endpoint(self._endpoint)

    def _became_ready(self, child: Child) -> bool:
        give_up = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < give_up:
            if self._is_ready():
                return True
            if child.wait(POLL_S):
                return False
        return False

    def _log_since(self, start: int) -> str:
        with self.log.open("rb") as file:
            file.seek(start)
            return file.read().decode(errors="replace")

    def _end(self, *wishes: signal.Signals) -> None:
        """Send one signal after the other until it is gone, then let go of the folder."""
        if self._child:
            any(self._child.end(wish, STOPPED_WITHIN_S) for wish in wishes)
        self._claim.release()
