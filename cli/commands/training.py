"""`forebay training`: a company to practise at, apart from the real one and new at each start."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.panel import Panel

from cli.client import Client
from cli.commands.demo import configure
from cli.stack import Stack, running_stack
from domain.shared.settings import settings

PORT: Final = 8081
ORDERS: Final = 400
SPEED: Final = 24.0  # some six orders a minute, for an hour
CONNECTIONS: Final = 8
# Its parcels are the trainees'; the other warehouses have people who work by themselves.
PRACTICE_WAREHOUSE: Final = "sdf-louisville"
# The real company's: a training company has its own of each, and must never come near.
_NOT_OURS: Final = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET",
    "CREDENTIALS_KEYS",
    "CREDENTIALS_KEYS_FILE",
    "TRAINING_URL",
)


def training(
    port: Annotated[int, typer.Option(help="Port of its API and console.")] = PORT,
    home: Annotated[Path | None, typer.Option(help="Where data is kept; default .forebay/training")] = None,
    of: Annotated[str, typer.Option(help="Where the real console is, to lead back to.")] = "",
) -> None:
    """Run a company with demo data to practise at; whoever opens its console is signed in.

    It uses embedded servers of its own, whatever the environment names. To reset it, start it anew.
    """
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # which a shell ignores for what it starts with &
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    place = (home or settings().home / "training").absolute()
    for name in _NOT_OURS:
        os.environ.pop(f"FOREBAY_{name}", None)
    os.environ["FOREBAY_TRAINING_OF"] = of
    settings.cache_clear()
    console = Console()
    try:
        _train(place, port, console)
    except KeyboardInterrupt:
        console.print("Stopped.")


def _train(home: Path, port: int, console: Console) -> None:
    from cli.demo.company import demo_company  # noqa: PLC0415 -- numpy and pyarrow take half a second
    from cli.demo.display import Display  # noqa: PLC0415
    from cli.demo.journey import load_journey  # noqa: PLC0415
    from cli.demo.platforms.server import NETWORK, platform_server  # noqa: PLC0415
    from cli.demo.practice import leave_a_mistake  # noqa: PLC0415
    from cli.demo.show import Asked, Show  # noqa: PLC0415

    company, display = demo_company(), Display(console, live=False)
    configure(company.cost_currency, NETWORK)
    journey = load_journey(ORDERS)

    async def lesson(stack: Stack) -> None:
        asked = Asked(speed=SPEED, began_s=time.monotonic(), began_at=datetime.now(UTC))
        async with Client(stack.url, stack.key, connections=CONNECTIONS) as client:
            show = Show(
                client,
                stack=stack,
                server=server,
                company=company,
                journey=journey,
                asked=asked,
                display=display,
                unstaffed={PRACTICE_WAREHOUSE},
            )
            await show.set_up()
            await leave_a_mistake(stack.url, journey)
            await show.trade()

    with (
        platform_server(company.channels) as server,
        running_stack(home=home, fresh=True, port=port, training=True, say=display.say) as stack,
    ):
        console.print(_welcome(stack))
        asyncio.run(lesson(stack))
        display.say("No more orders come by themselves; what is here stays until Ctrl-C.")
        with suppress(KeyboardInterrupt):
            while stack.dead() is None:
                time.sleep(1)


def _welcome(stack: Stack) -> Panel:
    return Panel.fit(
        f"Console    [bold]{stack.url}[/]  signs everybody in as a trainee\n"
        f"Admin key  in {stack.home / 'up.json'}\n\n"
        "Nothing here is real. Ctrl-C ends it; the next start is a new company.",
        title="Training company",
        border_style="yellow",
    )
