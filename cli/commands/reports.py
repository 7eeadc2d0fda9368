"""`forebay reports`: build what reports read anew."""

import asyncio

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.commands.servers import named_servers
from domain.reporting.counting.build import begin_build, build_step, is_building
from domain.shared.database import connected

_PAUSE_S = 0.2

console = Console()
reports = typer.Typer(help="Roll-ups, which reports read.", no_args_is_help=True)


@reports.callback()
def group() -> None:
    """Roll-ups, which reports read."""


@reports.command()
def rebuild() -> None:
    """Build the roll-ups anew from orders and the ledger; those in use stay, and are live, until they are replaced."""
    asyncio.run(_rebuild())
    console.print("The new roll-ups are in use.")


async def _rebuild() -> None:
    bar = Progress(
        TextColumn("Building"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=console
    )
    async with connected(named_servers().database_url, pool_max=2):
        await begin_build()
        with bar:
            task = bar.add_task("", total=1.0)
            while await is_building():
                building = await build_step()
                if building is None:  # a relay is at the next step, or took the last one
                    await asyncio.sleep(_PAUSE_S)
                else:
                    bar.update(task, completed=building.done)
            bar.update(task, completed=1.0)
