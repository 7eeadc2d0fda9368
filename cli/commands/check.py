"""`forebay check`: do all promises hold?"""

import asyncio
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from cli.commands.servers import named_servers
from domain.checks.run_checks import CheckKind, CheckResult, run_checks
from domain.shared.database import connected

console = Console()


def check() -> None:
    """Check every promise of the house on one snapshot; exit 1 if one is broken."""
    results = asyncio.run(_check(named_servers().database_url))
    if not show_checks(results, console):
        sys.exit(1)


async def _check(database_url: str) -> list[CheckResult]:
    async with connected(database_url, pool_max=2):
        return await run_checks()


def show_checks(results: Sequence[CheckResult], out: Console) -> bool:
    """Print a line for each promise, and what breaks it; whether all hold. Warnings break nothing."""
    table = Table("", "promise", "ms", box=None, padding=(0, 1))
    for result in results:
        table.add_row(_mark(result), result.promise, f"{result.seconds * 1000:.0f}")
        for violation in result.violations:
            table.add_row("", f"[red]{violation}[/]", "")
    broken = [result for result in results if not result.kept and result.kind is not CheckKind.WARNING]
    out.print(table)
    if broken:
        out.print(f"[bold red]{len(broken)} of {len(results)} promises are broken.[/]")
    else:
        out.print(f"[green]All {len(results)} promises hold.[/]")
    return not broken


def _mark(result: CheckResult) -> str:
    if result.kept:
        return "[green]✓[/]"
    return "[yellow]![/]" if result.kind is CheckKind.WARNING else "[bold red]✗[/]"
