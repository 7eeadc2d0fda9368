"""`forebay up`: everything on this machine, until Ctrl-C."""

import signal
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel

from cli.errors import CommandError
from cli.stack import Stack, running_stack

console = Console()
WATCH_S = 0.5


class _Told(Exception):
    """SIGTERM has come."""


def up(
    port: Annotated[int | None, typer.Option(help="Port of the API; default 8080, or a free one.")] = None,
    apis: Annotated[int, typer.Option(min=1, help="API processes; one a core is plenty.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    home: Annotated[Path | None, typer.Option(help="Where data is kept; default .forebay")] = None,
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget all data and start over.")] = False,
) -> None:
    """Run PostgreSQL, Valkey, migrations, API, workers and relay; print where they are."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        with running_stack(
            home=home, fresh=fresh, port=port, apis=apis, workers=workers, say=console.print
        ) as stack:
            console.print(_welcome(stack))
            # below the panel, which would break the link
            console.print(f"Console: [bold]{stack.console}[/]", soft_wrap=True)
            _watch(stack)
    except (KeyboardInterrupt, _Told):
        console.print("Stopped; the data stays for the next time.")


def _stop(*_: object) -> None:
    raise _Told


def _welcome(stack: Stack) -> Panel:
    return Panel.fit(
        f"Console       [bold]{stack.url}/#key={stack.key}[/]\n"
        f"GraphQL       [bold]{stack.url}/graphql[/]\n"
        f"Live (SSE)    {stack.url}/graphql/stream\n"
        f"Metrics       {stack.url}/metrics\n"
        f"Admin key     [bold]{stack.key}[/]\n"
        f"Logs          {stack.home / 'logs'}\n\n"
        "Another terminal: [bold]forebay status[/], [bold]forebay replay FILE[/], "
        "[bold]forebay check[/]. Ctrl-C stops everything.",
        title="Forebay is up",
        border_style="green",
    )


def _watch(stack: Stack) -> None:
    while True:
        if dead := stack.dead():
            raise CommandError(f"{dead.role} ended by itself; {dead.log} says why.")
        time.sleep(WATCH_S)
