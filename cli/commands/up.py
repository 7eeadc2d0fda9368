"""`forebay up`: everything on this machine, until Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel

from cli.commands.training import PORT
from cli.embedded.child import Child, Program
from cli.errors import CommandError
from cli.stack import STOP_WITHIN_S, Process, Stack, running_stack
from domain.shared.settings import settings

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
    training: Annotated[
        bool, typer.Option("--training", help="Run a training company beside it, for its console to offer.")
    ] = False,
    training_port: Annotated[int, typer.Option(help="Port of the training company.")] = PORT,
) -> None:
    """Run PostgreSQL, Valkey, migrations, API, workers and relay; print where they are."""
    signal.signal(signal.SIGTERM, _stop)
    if training:
        os.environ["FOREBAY_TRAINING_URL"] = f"http://{settings().host}:{training_port}"
        settings.cache_clear()
    try:
        with ExitStack() as until_end:
            running = running_stack(
                home=home, fresh=fresh, port=port, apis=apis, workers=workers, say=console.print
            )
            stack = until_end.enter_context(running)
            console.print(_welcome(stack))
            # below the panel, which would break the link
            console.print(f"Console: [bold]{stack.console}[/]", soft_wrap=True)
            beside = until_end.enter_context(_training(stack, training_port)) if training else None
            _watch(stack, beside)
    except (KeyboardInterrupt, _Told):
        console.print("Stopped; the data stays for the next time.")


def _stop(*_: object) -> None:
    raise _Told


def _welcome(stack: Stack) -> Panel:
    return Panel.fit(
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


@contextmanager
def _training(stack: Stack, port: int) -> Iterator[Process]:
    """`forebay training` as a process of its own, since its settings and servers are its own."""
    home, log = stack.home / "training", stack.home / "logs" / "training.log"
    asked = ["training", "--port", str(port), "--home", str(home), "--of", stack.url]
    program = Program(
        command=[sys.executable, "-m", "cli.main", *asked],
        folder=Path.cwd(),
        death_signal=signal.SIGTERM,
        environment=dict(os.environ),
    )
    child = Child(program, log)
    console.print(f"Training company at [bold]{settings().training_url}[/] in a moment; its log is {log}")
    try:
        yield Process(role="training", child=child, log=log)
    finally:
        child.end(signal.SIGTERM, STOP_WITHIN_S)


def _watch(stack: Stack, beside: Process | None) -> None:
    while True:
        gone = stack.dead() or (beside if beside and not beside.child.alive else None)
        if gone:
            raise CommandError(f"{gone.role} ended by itself; {gone.log} says why.")
        time.sleep(WATCH_S)
