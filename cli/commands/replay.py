"""`forebay replay FILE`: send a file's orders through the public API."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from cli.client import PATIENCE_S, Client
from cli.commands.asking import client_for
from cli.errors import CommandError
from cli.replaying.catalogue import catalogue_of
from cli.replaying.reading import UnreadableFile
from cli.replaying.replaying import Counts, count_rows, replay_file, start_of
from cli.replaying.sending import ORDERS_MAX, create_missing

console = Console(highlight=False)


def replay(
    file: Annotated[Path, typer.Argument(help="Orders as JSON lines: plain, gzip, xz or bzip2.")],
    *,
    url: Annotated[str | None, typer.Option(help="The API; default: what `forebay up` runs.")] = None,
    key: Annotated[str | None, typer.Option(envvar="FOREBAY_KEY", help="An API key for --url.")] = None,
    batch: Annotated[int, typer.Option(min=1, max=ORDERS_MAX, help="Orders a request.")] = 200,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many rows.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Refused rows; default: FILE.refused.jsonl here.")
    ] = None,
    home: Annotated[Path | None, typer.Option(help="Where to look for `forebay up`.")] = None,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for an API that does not answer.")
    ] = PATIENCE_S,
    create: Annotated[
        bool, typer.Option("--create-missing", help="Make the file's channels and SKUs first.")
    ] = False,
    restart: Annotated[bool, typer.Option("--restart", help="From the file's first row again.")] = False,
) -> None:
    """Send the orders of a file through `placeOrders`; interrupted, it goes on where it was.

    Sending the same file again is harmless: an order that is there is found, not doubled.
    Exits 0 when every row was accepted, was there already, or was refused with a reason.
    """
    if not file.is_file():
        raise CommandError(f"There is no file {file}; docs/order-format.md describes what to give.")
    client = client_for(url, key, home, patience_s=patience)
    target = report or Path(f"{file.name}.refused.jsonl")
    try:
        lost = asyncio.run(
            _replay(client, file, target, batch=batch, limit=limit, create=create, restart=restart)
        )
    except UnreadableFile as broken:
        raise CommandError(f"{broken}; what came before it was sent.") from broken
    except KeyboardInterrupt:
        console.print("Interrupted; the same command goes on from here.")
        raise typer.Exit(130) from None
    if lost:
        console.print(f"[bold red]{lost:,} rows are lost[/]: {target} says which; send the file again.")
        raise typer.Exit(1)


async def _replay(
    client: Client,
    file: Path,
    report: Path,
    *,
    batch: int,
    limit: int | None,
    create: bool,
    restart: bool,
) -> int:
    """How many rows were lost."""
    async with client:
        with _progress() as progress:
            task = progress.add_task("looking at the file", told="", total=None)
            rows = await _rows(client, file, progress, create=create)
            position = await start_of(client, file, report, restart=restart)
            if position.line:
                progress.console.print(f"Going on after line {position.line:,}; --restart sends all again.")
            before = Counts.of(position.counts)
            ends = rows if limit is None else min(rows, before.rows + limit)
            progress.update(task, description="orders", total=ends, completed=before.rows)

            started = time.monotonic()

            def seen(counts: Counts) -> None:
                rate = (counts.rows - before.rows) / (time.monotonic() - started)
                progress.update(task, completed=counts.rows, told=_told(counts, rate))

            counts = await replay_file(
                client, file, report, position, batch_max=batch, limit=limit, seen=seen
            )
    console.print(_summary(file, report, counts, time.monotonic() - started, counts.rows - before.rows))
    return counts.lost


async def _rows(client: Client, file: Path, progress: Progress, *, create: bool) -> int:
    if not create:
        return await asyncio.to_thread(count_rows, file)
    catalogue = await asyncio.to_thread(catalogue_of, file)
    channels, variants = await create_missing(client, catalogue)
    progress.console.print(f"Made {channels:,} channels; saved {variants:,} SKUs.")
    return catalogue.orders + sum(catalogue.refused.values())


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _told(counts: Counts, rate: float) -> str:
    return (
        f"{rate:,.0f}/s  [green]{counts.accepted:,} accepted[/]  {counts.replayed:,} there already  "
        f"[yellow]{counts.refused.total():,} refused[/]"
    )


def _summary(file: Path, report: Path, counts: Counts, seconds: float, sent_now: int) -> Table:
    table = Table(title=f"{file.name}: {counts.rows:,} rows", title_justify="left", show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_row("accepted", f"{counts.accepted:,}", style="green")
    table.add_row("there already", f"{counts.replayed:,}")
    for code, count in counts.refused.most_common():
        table.add_row(f"refused: {code}", f"{count:,}", style="yellow")
    table.add_row("lost", f"{counts.lost:,}", style="bold red" if counts.lost else None)
    table.add_row("this time", f"{sent_now:,} rows in {seconds:,.1f} s, {sent_now / seconds:,.0f}/s")
    table.add_row("report", str(report))
    return table
