"""`forebay places`: know where postal codes are, and locate the open orders by what is known."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress

from cli.commands.progress import console, progress
from cli.commands.servers import named_servers
from cli.errors import CommandError
from domain.places.import_postal_codes import Seen, import_postal_codes
from domain.places.postal_codes import UnreadablePlaces
from domain.shared.actor import house
from domain.shared.database import connected
from domain.sourcing.locate_open_orders import Relocated, locate_open_orders

places = typer.Typer(help="Where addresses are that come without coordinates.", no_args_is_help=True)


@places.callback()
def group() -> None:
    """Where addresses are that come without coordinates."""


@places.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="Postal codes of GeoNames, as DE.zip or DE.txt.")],
) -> None:
    """Know the postal codes, cities and regions in files of GeoNames; what is known of their countries is replaced."""
    asyncio.run(_import(files))
    console.print("New orders are located by them; `forebay places apply` is for those that are open.")


@places.command()
def apply() -> None:
    """Locate the open orders that came without coordinates by what is known now, and have them planned anew."""
    done = asyncio.run(_apply())
    console.print(
        f"Of {done.seen:,} open orders without coordinates {done.changed:,} are located otherwise than before; "
        f"of {done.unknown:,} nothing is known."
    )


async def _import(files: list[Path]) -> None:
    async with connected(named_servers().database_url, pool_max=2):
        for file in files:
            with progress() as shown:
                try:
                    lines = await import_postal_codes(file, seen=_bar(shown, file.name))
                except UnreadablePlaces as wrong:
                    raise CommandError(f"{file}: {wrong}") from wrong
            console.print(f"{escape(file.name)}: {lines:,} lines.")


def _bar(shown: Progress, name: str) -> Seen:
    task = shown.add_task(f"reading {escape(name)}", told="", total=1.0)

    def seen(done: int, size: int) -> None:
        shown.update(task, completed=done, total=size, told="putting them together" if done == size else "")

    return seen


async def _apply() -> Relocated:
    async with connected(named_servers().database_url, pool_max=2):
        return await locate_open_orders(by=house("forebay places"), now=datetime.now(UTC))
