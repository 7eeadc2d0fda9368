"""Where the demo shows itself: a live picture on a terminal, or a plain line now and then."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from cli.demo.tally import quantile
from cli.demo.view import Scene, picture

PICTURES_A_SECOND: Final = 4
LINE_EVERY_S: Final = 3.0

Scenes = Callable[[], Scene]
Advance = Callable[[int], None]


class Display:
    """Steps with progress at first, then the show, then steps again. `live` is for terminals."""

    def __init__(self, console: Console, *, live: bool) -> None:
        self.console = console
        self._live = live

    def say(self, line: str) -> None:
        self.console.print(f"[dim]·[/] {line}", highlight=False, soft_wrap=True)

    @contextmanager
    def step(self, what: str, total: int) -> Iterator[Advance]:
        """A bar that is gone when the step is done, and a line that says so."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True, disable=not self._live) as progress:
            task = progress.add_task(what, total=total)
            yield lambda more: progress.update(task, advance=more)
        self.say(f"{what}: {total:,}")

    @asynccontextmanager
    async def showing(self, scenes: Scenes) -> AsyncIterator[None]:
        """Show the scene of the moment for as long as the block lasts, and once more at its end."""
        with self._picture(scenes) as refresh:
            showing = asyncio.create_task(self._keep(refresh))
            try:
                yield
            finally:
                showing.cancel()
                await asyncio.wait({showing})
                refresh()

    async def _keep(self, refresh: Callable[[], None]) -> None:
        while True:
            await asyncio.sleep(1 / PICTURES_A_SECOND if self._live else LINE_EVERY_S)
            refresh()

    @contextmanager
    def _picture(self, scenes: Scenes) -> Iterator[Callable[[], None]]:
        if not self._live:
            yield lambda: self.console.print(line(scenes()), highlight=False, soft_wrap=True)
            return
        with Live(console=self.console, auto_refresh=False, vertical_overflow="crop") as live:

            def refresh() -> None:
                size = self.console.size
                live.update(picture(scenes(), size.width, size.height), refresh=True)

            yield refresh


def line(scene: Scene) -> str:
    """A scene in one line."""
    total = scene.tally.total()
    listings = sum(channel.listings for channel in scene.channels)
    heard = listings - sum(channel.unheard for channel in scene.channels)
    return (
        f"{scene.elapsed_s:5.0f} s  {scene.stage}: {scene.sent:,}/{scene.orders:,} sent, "
        f"{total.allocated:,} allocated, {total.shipped:,} shipped, {total.delivered:,} delivered, "
        f"{total.waiting:,} waiting for stock, "
        f"{heard:,}/{listings:,} listings confirmed; {scene.in_rate:,.0f}/s in, "
        f"lag p95 {quantile(scene.tally.lags_s, 0.95) * 1000:,.0f} ms, "
        f"event to here {quantile(scene.tally.feed_lags_s, 0.95) * 1000:,.0f} ms"
    )
