"""`forebay demo`: a company, real orders, and everything that happens to them, before your eyes."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.panel import Panel

from cli.client import Client
from cli.commands.check import show_checks
from cli.errors import CommandError
from cli.stack import Stack, running_stack
from domain.checks.run_checks import CheckKind, CheckResult, run_checks
from domain.shared.database import connected
from domain.shared.settings import settings

if TYPE_CHECKING:  # numpy and pyarrow would cost every other command half a second
    from cli.demo.display import Display
    from cli.demo.outcome import Outcome
    from cli.demo.show import Asked, Show

ORDERS_HEADLESS: Final = 2_000
ORDERS_TO_WATCH: Final = 5_000
SPEED: Final = 10_000.0  # 2,000 orders are five and a half days: 47 seconds
CONNECTIONS: Final = 48
CHECK_AGAIN_S: Final = 3.0
CHECKS_MAX: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setup:
    """What to start, with how many orders."""

    orders: int
    home: Path
    fresh: bool
    port: int | None
    apis: int
    workers: int


def demo(
    *,
    orders: Annotated[
        int | None,
        typer.Option(min=1, help=f"Default: {ORDERS_HEADLESS:,} headless, {ORDERS_TO_WATCH:,} to watch."),
    ] = None,
    speed: Annotated[str, typer.Option(help="A multiple of real time, or max.")] = f"{SPEED:.0f}",
    headless: Annotated[bool, typer.Option("--headless", help="No picture; end when all is done.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh/--keep", help="Start over, or keep an earlier run's data.")
    ] = True,
    port: Annotated[int | None, typer.Option(help="Port of the API; default 8080, or a free one.")] = None,
    apis: Annotated[int, typer.Option(min=1, help="API processes.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    home: Annotated[Path | None, typer.Option(help="Where data is kept; default .forebay/demo")] = None,
) -> None:
    """Run everything, replay real orders in their platforms' formats, and prove that all went well.

    Exits 0 only if no order was lost or doubled, each has a decision with its alternatives, every
    platform holds what may be sold, and all promises of `forebay check` hold.
    """
    from cli.demo.display import Display  # noqa: PLC0415
    from cli.demo.show import Asked  # noqa: PLC0415

    asked = Asked(speed=_multiple(speed), began_s=time.monotonic(), began_at=datetime.now(UTC))
    console = Console()
    live = console.is_terminal and not headless
    setup = _Setup(
        orders=orders or (ORDERS_TO_WATCH if live else ORDERS_HEADLESS),
        home=home or settings().home / "demo",
        fresh=fresh,
        port=port,
        apis=apis,
        workers=workers,
    )
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    try:
        well = _demo(setup, asked, Display(console, live=live), stay=live)
    except KeyboardInterrupt:
        console.print("Stopped.")
        raise typer.Exit(130) from None
    except BaseExceptionGroup as group:
        raise first_of(group) from group
    if not well:
        raise typer.Exit(1)


def _demo(setup: _Setup, asked: "Asked", display: "Display", *, stay: bool) -> bool:
    """Whether all went well."""
    from cli.demo.company import demo_company  # noqa: PLC0415
    from cli.demo.journey import WHAT_IS_REAL, load_journey  # noqa: PLC0415
    from cli.demo.outcome import summary  # noqa: PLC0415
    from cli.demo.platforms.server import NETWORK, platform_server  # noqa: PLC0415
    from cli.demo.show import Show, where_to_look  # noqa: PLC0415

    company = demo_company()
    configure(company.cost_currency, NETWORK)
    display.console.print(_what_is_real(WHAT_IS_REAL))
    with ThreadPoolExecutor(1) as reader, platform_server(company.channels) as server:
        reading = reader.submit(load_journey, setup.orders)
        with running_stack(
            home=setup.home,
            fresh=setup.fresh,
            port=setup.port,
            apis=setup.apis,
            workers=setup.workers,
            say=display.say,
        ) as stack:
            journey = reading.result()
            display.say(f"{company.name}: {len(journey.orders):,} real baskets, {journey.lines:,} lines")
            for what, where in where_to_look(stack):
                display.say(f"{what}: {where}")
            show = partial(
                Show,
                stack=stack,
                server=server,
                company=company,
                journey=journey,
                asked=asked,
                display=display,
            )
            outcome, checks = asyncio.run(_run(show, stack))
            display.console.print(summary(outcome, company.cost_currency))
            hold = show_checks(checks, display.console)
            _say_verdict(display, outcome, hold=hold)
            if stay:
                _stay(display, stack)
    return outcome.well and hold


def configure(cost_currency: str, network: str) -> None:
    """Settings of this run alone. Its platforms are on this machine, at `network`, which is refused otherwise."""
    os.environ.setdefault("FOREBAY_COST_CURRENCY", cost_currency)
    named = settings().outside_networks
    os.environ["FOREBAY_OUTSIDE_NETWORKS"] = f"{named},{network}" if named else network
    settings.cache_clear()


async def _run(show: Callable[[Client], "Show"], stack: Stack) -> tuple["Outcome", list[CheckResult]]:
    async with Client(stack.url, stack.key, connections=CONNECTIONS) as client:
        outcome = await show(client).run()
    async with connected(stack.database_url, pool_max=2):
        return outcome, await _checked()


async def _checked() -> list[CheckResult]:
    """The checks' results; what only needs time is given some."""
    results = await run_checks()
    for _ in range(CHECKS_MAX - 1):
        if all(result.kept or result.kind is not CheckKind.LIVENESS for result in results):
            break
        await asyncio.sleep(CHECK_AGAIN_S)
        results = await run_checks()
    return results


def _what_is_real(text: str) -> Panel:
    flowing = " ".join(text.split())
    for opening in (
        "Assigned, always the same:",
        "Every channel but",
        "A shop's or",
        "Left out, and counted:",
    ):
        flowing = flowing.replace(opening, f"\n{opening}")
    return Panel(flowing, title="What is real here", border_style="dim")


def _say_verdict(display: "Display", outcome: "Outcome", *, hold: bool) -> None:
    if outcome.well and hold:
        display.console.print("[bold green]All went well.[/]")
    else:
        broken = "" if hold else "; promises are broken"
        display.console.print(f"[bold red]{len(outcome.troubles)} things went wrong{broken}.[/]")


def _stay(display: "Display", stack: Stack) -> None:
    display.console.print(
        f"Still running; look around. Ctrl-C stops it.\n[bold]{stack.console}[/]", soft_wrap=True
    )
    with suppress(KeyboardInterrupt):
        while stack.dead() is None:
            time.sleep(0.5)


def _multiple(speed: str) -> float | None:
    if speed == "max":
        return None
    try:
        multiple = float(speed)
    except ValueError:
        multiple = 0.0
    if not 0 < multiple < float("inf"):
        raise CommandError(f"--speed takes a number such as 10000, or max; not {speed!r}.")
    return multiple


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first real failure in a group of groups; one made for people, if there is one."""
    leaves: list[BaseException] = []
    pending: list[BaseException] = [group]
    while pending:
        one = pending.pop(0)
        if isinstance(one, BaseExceptionGroup):
            pending += one.exceptions
        else:
            leaves.append(one)
    return next((leaf for leaf in leaves if isinstance(leaf, CommandError)), leaves[0])
