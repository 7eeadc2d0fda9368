"""`forebay credentials`: set channels' credentials, see what is set, seal them with a new key."""

import asyncio
import getpass
import sys
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from cli.commands.servers import named_servers
from cli.errors import CommandError
from domain.channels.credentials.keyring import (
    CredentialsKeysError,
    CredentialsKeysMissingError,
    new_key,
)
from domain.channels.credentials.rotate_credentials import Rotated, rotate_credentials
from domain.channels.credentials.set_credentials import (
    GivenCredential,
    SetCredentials,
    credential_fields,
    set_credentials,
)
from domain.channels.credentials.stored import what_is_set
from domain.channels.find import channel_by_code
from domain.shared.actor import house
from domain.shared.database import connected
from domain.shared.reading import Row

Result = TypeVar("Result")

OPERATOR = house("forebay credentials")
console = Console()
credentials = typer.Typer(
    help="Channels' credentials: set them, list them, seal them anew.", no_args_is_help=True
)


def _with_database(work: Awaitable[Result]) -> Result:
    async def run() -> Result:
        async with connected(named_servers().database_url, pool_max=2):
            return await work

    try:
        return asyncio.run(run())
    except (CredentialsKeysMissingError, CredentialsKeysError) as fault:
        raise CommandError(str(fault)) from fault


@credentials.command("set")
def set_(
    channel: Annotated[str, typer.Argument(help="The channel's code.")],
    given: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME=SOURCE...",
            help="NAME=- reads the value from standard input, NAME=@FILE from a file; NAME= forgets it.",
        ),
    ],
) -> None:
    """Set credentials. Values never stand in the command, where other users of the machine would see them."""
    _with_database(
        set_credentials(
            SetCredentials(channel=channel, credentials=[_given(word) for word in given]),
            by=OPERATOR,
            now=datetime.now(UTC),
        )
    )
    console.print(f"Set {len(given)} of {channel}.")


def _given(word: str) -> GivenCredential:
    name, equals, source = word.partition("=")
    if not equals or not (source in ("", "-") or source.startswith("@")):
        raise CommandError(f"Write {name}=- and give the value on standard input, or {name}=@FILE.")
    if source == "-":
        asked = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.read()
        return GivenCredential(name=name, value=asked.strip())
    if not source:
        return GivenCredential(name=name, value=None)
    try:
        return GivenCredential(name=name, value=Path(source[1:]).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"{source[1:]} cannot be read: {fault}") from fault


@credentials.command("list")
def list_(channel: Annotated[str, typer.Argument(help="The channel's code.")]) -> None:
    """List what the channel's platform asks for and what is set, never a value."""
    table = Table("name", "what it is", "set", "by")
    platform, rows = _with_database(_what_is_set(channel))
    known = {row["name"]: row for row in rows}
    for each in credential_fields(platform):
        row = known.get(each.name)
        missing = "missing" if each.required else ""
        table.add_row(
            each.name,
            each.description,
            f"{row['set_at']:%Y-%m-%d %H:%M}" if row else missing,
            row["set_by"] if row else "",
        )
    console.print(table)


async def _what_is_set(code: str) -> tuple[str, list[Row]]:
    channel = await channel_by_code(code, by=OPERATOR)
    [rows] = await what_is_set([channel.id])
    return channel.platform, rows


@credentials.command()
def rotate() -> None:
    """Seal all credentials with the first key. Safe to repeat and to cut off; then the others may go."""
    done: Rotated = _with_database(rotate_credentials())
    console.print(f"Sealed {done.sealed_anew} credentials with the first key.")
    if done.unopened:
        raise CommandError("These could not be opened: " + "; ".join(done.unopened))


@credentials.command("new-key")
def new_key_(
    key_id: Annotated[str, typer.Argument(help="Its name: small letters, digits, hyphens; such as k2.")],
) -> None:
    """Print a fresh key: put it before the others in FOREBAY_CREDENTIALS_KEYS, then rotate."""
    console.print(new_key(key_id), soft_wrap=True, highlight=False)
