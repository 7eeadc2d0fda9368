"""Both servers for as long as a `with` block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.embedded.postgres import Postgres
from cli.embedded.valkey import Valkey


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where to connect, and the servers themselves for whoever wants to stop or kill one."""

    database_url: str = field(repr=False)  # a password is in it
    redis_url: str = field(repr=False)
    postgres: Postgres
    valkey: Valkey


@contextmanager
def embedded_servers(root: Path, *, fresh: bool = False, fsync: bool = True) -> Iterator[Servers]:
    """Run PostgreSQL and Valkey with their data under `root`; `fresh` starts over.

    They are gone when the block ends, and also when this process is killed. `fsync=False` is for tests.

    Raises:
        EmbeddedServerError: one of them runs already on `root`, or didn't start.
    """
    postgres = Postgres(root, fsync=fsync)
    valkey = Valkey(root)
    try:
        postgres.start(fresh=fresh)
        valkey.start(fresh=fresh)
        yield Servers(database_url=postgres.url, redis_url=valkey.url, postgres=postgres, valkey=valkey)
    finally:
        valkey.stop()
        postgres.stop()
