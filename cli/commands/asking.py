"""How commands find the API that they ask."""

from pathlib import Path

from cli.client import PATIENCE_S, Client
from cli.errors import CommandError
from cli.home import find_running
from domain.shared.settings import settings


def client_for(
    url: str | None, key: str | None, home: Path | None, *, patience_s: float = PATIENCE_S
) -> Client:
    """A client of the API at `url`, or else of what `forebay up` runs.

    Raises:
        CommandError: nothing is up, or a URL comes without a key.
    """
    if url is None:
        running = find_running((home or settings().home).absolute())
        return Client(running.url, key or running.key, patience_s=patience_s)
    if key is None:
        raise CommandError("--url needs an API key: --key, or FOREBAY_KEY in the environment.")
    return Client(url, key, patience_s=patience_s)
