"""What a benchmark found out, and what processes have spent."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import asyncpg

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# Source: proc_pid_stat(5), fields 14 and 15, counted from the one after the command's name
_USER, _SYSTEM = 11, 12
_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measured number. `aim` None: told for comparison. `at_most`: smaller is better."""

    what: str
    measured: float
    unit: str
    aim: float | None = None
    at_most: bool = False
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.aim is None:
            return None
        return self.measured <= self.aim if self.at_most else self.measured >= self.aim


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a load generator saw in its window; CPU of the served and of its database backends."""

    count: int
    seconds: float
    latencies_s: Sequence[float]
    process_cpu_s: float
    backend_cpu_s: float

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    @property
    def rate_per_core(self) -> float:
        """How many for a second of CPU, of the process and its backends together."""
        return self.count / (self.process_cpu_s + self.backend_cpu_s)

    @property
    def process_ms(self) -> float:
        """CPU milliseconds each in the process."""
        return 1000 * self.process_cpu_s / self.count

    @property
    def backend_ms(self) -> float:
        """CPU milliseconds each in PostgreSQL."""
        return 1000 * self.backend_cpu_s / self.count


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` of `values` don't exceed, about."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def cpu_s(pid: int) -> float:
    """CPU seconds this process has spent so far; 0 when it is gone."""
    try:
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
    except FileNotFoundError:
        return 0.0
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS_A_SECOND


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds so far, by process id."""

    process: float
    backends: dict[int, float]

    def since(self, before: "Spent") -> tuple[float, float]:
        """What the process and its backends have spent since `before`."""
        backends = sum(spent - before.backends.get(pid, 0.0) for pid, spent in self.backends.items())
        return self.process - before.process, backends


class Meter:
    """Reads what a process and its database connections, known by their application name, have spent."""

    def __init__(self, connection: asyncpg.Connection, application: str, pid: int) -> None:
        self._connection = connection
        self._application = application
        self._pid = pid

    async def read(self) -> Spent:
        rows: Iterable[asyncpg.Record] = await self._connection.fetch(_BACKENDS, self._application)
        return Spent(cpu_s(self._pid), {row["pid"]: cpu_s(row["pid"]) for row in rows})
