"""`forebay key`: make, list and revoke API keys."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from cli.commands.servers import named_servers
from cli.errors import CommandError
from domain.access.keys import list_keys, make_key, revoke_key
from domain.access.models import ApiKey
from domain.channels.models import Channel
from domain.shared.actor import Scope
from domain.shared.database import connected

Result = TypeVar("Result")

console = Console()
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
# Most of what these let a key change belongs to all channels.
_SHARED = {Scope.STOCK_WRITE, Scope.FULFILMENT_WRITE, Scope.CATALOG_WRITE, Scope.ADMIN}
key = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)


def _with_database(work: Coroutine[Any, Any, Result]) -> Result:
    async def run() -> Result:
        async with connected(named_servers().database_url, pool_max=2):
            return await work

    return asyncio.run(run())


@key.command()
def new(
    name: Annotated[str, typer.Argument(help="Whose key it is; timelines show it.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; repeat for several.")],
    channel: Annotated[list[str] | None, typer.Option(help="Only this channel; repeat for several.")] = None,
) -> None:
    """Make a key and print it, this once: only a digest of it is kept."""
    _, token = _with_database(_new(name, scope, channel or []))
    console.print(token, soft_wrap=True)
    if channel and (shared := sorted(_SHARED & set(scope))):
        errors.print(
            f"It is limited to channels and changes only what is theirs. {', '.join(shared)} lets it change no stock, "
            "products, warehouses, rules, waves or endpoints."
        )


async def _new(name: str, scopes: list[Scope], codes: list[str]) -> tuple[ApiKey, str]:
    channels = dict(await Channel.filter(code__in=codes).values_list("code", "id"))
    if missing := set(codes) - channels.keys():
        raise CommandError(f"There is no channel {min(missing)!r}.")
    return await make_key(name, scopes, list(channels.values()) or None, now=datetime.now(UTC))


@key.command("list")
def list_() -> None:
    """List the keys, never their secrets."""
    table = Table("prefix", "name", "scopes", "channels", "made", "revoked")
    for row in _with_database(list_keys()):
        channels = "all" if row.channel_ids is None else str(len(row.channel_ids))
        revoked = f"{row.revoked_at:%Y-%m-%d %H:%M}" if row.revoked_at else ""
        table.add_row(
            row.prefix, row.name, ", ".join(row.scopes), channels, f"{row.created_at:%Y-%m-%d %H:%M}", revoked
        )
    console.print(table)


@key.command()
def revoke(prefix: Annotated[str, typer.Argument(help="The key's prefix, as `key list` shows it.")]) -> None:
    """End a key; API processes follow within seconds."""
    _with_database(revoke_key(prefix, now=datetime.now(UTC)))
    console.print(f"Revoked {prefix}.")
