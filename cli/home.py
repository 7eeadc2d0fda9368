"""The home folder: what one installation on this machine keeps between runs.

.forebay/secret    what API keys' digests are made with; made once
.forebay/credentials-keys   what channels' credentials are sealed with; made once, the first line seals
.forebay/up.json   where the running stack answers, with its admin key; gone when it stops
.forebay/logs/     what each process wrote
"""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cli.errors import CommandError
from domain.channels.credentials.keyring import new_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A stack that is up: its API's address and an admin key."""

    url: str
    key: str
    database_url: str
    redis_url: str


def secret_of(home: Path) -> str:
    """The installation's secret, made the first time it is asked for."""
    path = home / "secret"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()


def credentials_keys_of(home: Path) -> Path:
    """The file with the keys of channels' credentials, made the first time it is asked for."""
    path = home / "credentials-keys"
    if not path.exists():
        _write_private(path, new_key("k1") + "\n")
    return path


def announce(home: Path, running: Running) -> None:
    """Let other commands find the stack."""
    _write_private(home / "up.json", json.dumps(asdict(running), indent=2))


def withdraw(home: Path) -> None:
    """The stack is going down."""
    (home / "up.json").unlink(missing_ok=True)


def find_running(home: Path) -> Running:
    """The stack that is up.

    Raises:
        CommandError: none is.
    """
    try:
        return Running(**json.loads((home / "up.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise CommandError(
            f"Nothing is up in {home}. Start it with `forebay up`, or name servers of your own with "
            "FOREBAY_DATABASE_URL and FOREBAY_REDIS_URL."
        ) from None


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
