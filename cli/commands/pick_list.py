"""`forebay pick-list WAVE`: what people take to the shelves, as PDF or CSV."""

import asyncio
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import typer
from rich.console import Console

from cli.client import Client
from cli.commands.asking import client_for
from cli.errors import CommandError

console = Console(highlight=False)
PATIENCE_S: Final = 10.0


def pick_list(
    wave: Annotated[str, typer.Argument(help="The wave's number, or its id.")],
    *,
    out: Annotated[Path, typer.Option(help="Where to: FILE.pdf, or FILE.csv.")],
    by_parcel: Annotated[
        bool,
        typer.Option("--by-parcel", help="As CSV, the lines of each parcel instead of the units by SKU."),
    ] = False,
    url: Annotated[str | None, typer.Option(help="The API; default: what `forebay up` runs.")] = None,
    key: Annotated[str | None, typer.Option(envvar="FOREBAY_KEY", help="An API key for --url.")] = None,
    home: Annotated[Path | None, typer.Option(help="Where to look for `forebay up`.")] = None,
) -> None:
    """Write a wave's pick list: a PDF with barcodes to print, or a CSV."""
    document = _document(out, by_parcel=by_parcel)
    client = client_for(url, key, home, patience_s=PATIENCE_S)
    body = asyncio.run(_fetch(client, f"/waves/{quote(wave, safe='')}/{document}"))
    try:
        out.write_bytes(body)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
    console.print(f"{out}: {len(body):,} bytes")


def _document(out: Path, *, by_parcel: bool) -> str:
    kind = out.suffix.lower()
    if kind == ".pdf" and not by_parcel:
        return "pick-list.pdf"
    if kind == ".csv":
        return "pack-list.csv" if by_parcel else "pick-list.csv"
    raise CommandError("--by-parcel is for CSV." if by_parcel else f"Name {out} .pdf or .csv.")


async def _fetch(client: Client, path: str) -> bytes:
    async with client:
        return await client.fetch(path)
