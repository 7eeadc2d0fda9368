"""`forebay training`: a company to practise at, apart from the real one, new at each start and whenever somebody there asks."""

import asyncio
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.panel import Panel

from cli.client import Client
from cli.commands.demo import configure, first_of
from cli.errors import CommandError
from cli.stack import Stack, running_stack
from domain.shared.settings import settings
from domain.training.reset_company import forget_asking, is_asked_for

if TYPE_CHECKING:
    from cli.demo.platforms.server import PlatformServer

PORT: Final = 8081
ORDERS: Final = 400
SPEED: Final = 24.0  # some six orders a minute, for an hour
CONNECTIONS: Final = 8
LOOK_EVERY_S: Final = 0.5
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

    It uses embedded servers of its own, whatever the environment names. Its console has a button that founds it anew.
    """
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # which a shell ignores for what it starts with &
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    place = (home or settings().home / "training").absolute()
    console = Console()
    try:
        _train(place, port, of, console)
    except KeyboardInterrupt:
        console.print("Stopped.")
    except BaseExceptionGroup as group:
        raise first_of(group) from group


def _train(home: Path, port: int, of: str, console: Console) -> None:
    """One company after the other, until it is stopped: each is founded when somebody is done with the one before."""
    from cli.demo.company import demo_company  # noqa: PLC0415 -- numpy and pyarrow take half a second
    from cli.demo.display import Display  # noqa: PLC0415
    from cli.demo.journey import load_journey  # noqa: PLC0415
    from cli.demo.platforms.server import NETWORK, platform_server  # noqa: PLC0415
    from cli.demo.practice import leave_a_mistake  # noqa: PLC0415
    from cli.demo.show import Asked, Show, alongside  # noqa: PLC0415

    company, display, journey = demo_company(), Display(console, live=False), load_journey(ORDERS)

    async def lesson(stack: Stack, server: "PlatformServer") -> None:
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
            display.say("No more orders come by themselves; what is here stays until Ctrl-C.")

    async def term(stack: Stack, server: "PlatformServer") -> None:
        async with alongside(lesson(stack, server)):
            while True:
                if is_asked_for(home) or stack.dead():
                    return
                await asyncio.sleep(LOOK_EVERY_S)

    configure(company.cost_currency, NETWORK)
    while True:
        _come_away(of)
        forget_asking(home)
        with (
            platform_server(company.channels) as server,
            running_stack(home=home, fresh=True, port=port, training=True, say=display.say) as stack,
        ):
            console.print(_welcome(stack))
            asyncio.run(term(stack, server))
            if dead := stack.dead():
                raise CommandError(f"{dead.role} ended by itself; {dead.log} says why.")
        display.say("Founding the company anew")


def _come_away(of: str) -> None:
    """From the real company's servers and secrets, and from those of the company before."""
    for name in _NOT_OURS:
        os.environ.pop(f"FOREBAY_{name}", None)
    os.environ["FOREBAY_TRAINING_OF"] = of
    settings.cache_clear()


def _welcome(stack: Stack) -> Panel:
    return Panel.fit(
        f"Console    [bold]{stack.url}[/]  signs everybody in as a trainee\n"
        f"Admin key  in {stack.home / 'up.json'}\n\n"
        "Nothing here is real. Ctrl-C ends it; `Start over` in the console, or the next start, is a new company.",
        title="Training company",
        border_style="yellow",
    )
