"""PostgreSQL and Valkey as children of our own process: nothing to install, nothing left behind."""

from cli.embedded.errors import EmbeddedServerError
from cli.embedded.postgres import Postgres
from cli.embedded.servers import Servers, embedded_servers
from cli.embedded.valkey import Valkey

__all__ = ["EmbeddedServerError", "Postgres", "Servers", "Valkey", "embedded_servers"]
