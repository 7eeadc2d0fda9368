"""The terminal's picture of it all: pure functions from figures to rich renderables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from cli.demo.tally import ChannelFigures, Happening, Tally, WarehouseFigures, quantile

WIDE: Final = 130  # columns from which on tables stand side by side
_BARS: Final = " ▁▂▃▄▅▆▇█"
_COLOURS: Final = {
    "ORDER_PLACED": "cyan",
    "ORDER_SOURCED": "green",
    "ORDER_BACKORDERED": "yellow",
    "ORDER_HELD": "yellow",
    "ORDER_CANCELLED": "red",
    "ORDER_COMPLETED": "bold green",
    "FULFILMENT_REJECTED": "red",
    "FULFILMENT_SHIPPED": "blue",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything the picture shows."""

    tally: Tally
    channel_names: Mapping[str, str]
    stage: str
    sent: int
    orders: int
    elapsed_s: float
    simulated: datetime | None = None  # the demo's own clock
    speed: float | None = None
    in_history: list[int] = field(default_factory=list)  # orders a second
    allocated_history: list[int] = field(default_factory=list)
    in_rate: float = 0.0
    allocated_rate: float = 0.0
    where: tuple[tuple[str, str], ...] = ()  # where to look further: what, and where
    currency: str = "USD"


def picture(scene: Scene, width: int, height: int) -> RenderableType:
    """The whole picture, as much of it as there is room for."""
    channels, warehouses = channel_table(scene), warehouse_table(scene)
    parts: list[RenderableType] = [_head(scene, width)]
    if width >= WIDE:
        parts.append(_beside(channels, warehouses))
        parts.append(_beside(_now(scene), _lately(scene, 7)))
        parts.append(_further(scene))
        return Group(*parts)
    parts += [channels, warehouses, _now(scene)]
    room = height - _lines_of(scene)
    if room >= 5:
        parts.append(_lately(scene, min(8, room - 2)))
    parts.append(_further(scene))
    return Group(*parts)


def _lines_of(scene: Scene) -> int:
    """About how many lines the narrow picture takes without the recent past."""
    return 4 + len(scene.tally.channels) + 6 + len(scene.tally.warehouses) + 5 + 6 + len(scene.where) + 3


def _beside(*parts: RenderableType) -> Table:
    grid = Table.grid(expand=True, padding=(0, 1))
    for _ in parts:
        grid.add_column(ratio=1)
    grid.add_row(*parts)
    return grid


def _head(scene: Scene, width: int) -> RenderableType:
    title = Text.assemble(("  ≋ forebay ", "bold cyan"), ("demo  ", "dim"), (scene.stage, "bold"))
    clock = Text(f"{int(scene.elapsed_s) // 60:02d}:{int(scene.elapsed_s) % 60:02d}  ", style="dim")
    if scene.simulated is not None and scene.speed is not None:
        clock = Text.assemble(
            (f"{scene.simulated:%a %d %b %Y %H:%M}", "bold"), (f"  at {scene.speed:,.0f} x   ", "dim"), clock
        )
    line = Table.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    line.add_row(title, clock)
    bar = ProgressBar(total=max(1, scene.orders), completed=scene.sent, width=max(20, width - 30))
    progress = Table.grid(padding=(0, 1))
    progress.add_row("", bar, Text(f"{scene.sent:,} of {scene.orders:,} orders", style="dim"))
    return Group(line, progress)


def channel_table(scene: Scene) -> Table:
    table = _table("Channels")
    for name in ("channel", "placed", "allocated", "shipped", "delivered", "waiting", "called off"):
        table.add_column(name, justify="left" if name == "channel" else "right", no_wrap=True)
    for code, figures in scene.tally.channels.items():
        table.add_row(scene.channel_names.get(code, code), *_channel_cells(figures))
    table.add_section()
    table.add_row("all", *_channel_cells(scene.tally.total()), style="bold")
    return table


def _channel_cells(figures: ChannelFigures) -> tuple[Text, ...]:
    return (
        _count(figures.placed, "cyan"),
        _count(figures.allocated, "green"),
        _count(figures.shipped, "blue"),
        _count(figures.delivered, "bold green"),
        _count(figures.waiting, "yellow"),
        _count(figures.cancelled, "red"),
    )


def warehouse_table(scene: Scene) -> Table:
    table = _table("Warehouses")
    for name in ("warehouse", "open", "in hand", "shipped", "rejected", "cost", "each", "km"):
        table.add_column(name, justify="left" if name == "warehouse" else "right", no_wrap=True)
    for code, figures in scene.tally.warehouses.items():
        table.add_row(code, *_warehouse_cells(figures))
    return table


def _warehouse_cells(figures: WarehouseFigures) -> tuple[Text, ...]:
    each = figures.cost_minor / figures.parcels if figures.parcels else 0
    return (
        _count(figures.open, "cyan"),
        _count(figures.in_hand, "yellow"),
        _count(figures.shipped, "blue"),
        _count(figures.states["REJECTED"], "red"),
        Text(f"{figures.cost_minor / 100:,.0f}" if figures.parcels else "·"),
        Text(f"{each / 100:,.2f}" if figures.parcels else "·", style="dim"),
        Text(f"{figures.average_km:,.0f}" if figures.parcels else "·", style="dim"),
    )


def _now(scene: Scene) -> RenderableType:
    tally = scene.tally
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(justify="right")
    grid.add_column()
    grid.add_row("orders in", f"{scene.in_rate:,.0f}/s", Text(sparkline(scene.in_history), style="cyan"))
    grid.add_row(
        "decided", f"{scene.allocated_rate:,.0f}/s", Text(sparkline(scene.allocated_history), style="green")
    )
    lag = f"p50 {_ms(quantile(tally.lags_s, 0.5))}  p95 {_ms(quantile(tally.lags_s, 0.95))}"
    feed = f"event to here {_ms(quantile(tally.feed_lags_s, 0.5))}"
    grid.add_row("lag", "", Text(f"in to decided {lag}   {feed}"))
    costs = f"{tally.cost_minor_per_order / 100:,.2f} {scene.currency} an order"
    split = f"{tally.split_share:.1%} in several parcels"
    again = f"{tally.re_sourced:,} sourced again"
    grid.add_row("shipping", "", Text(f"{costs}   {split}   {again}"))
    return Panel(grid, title="Now", title_align="left", border_style="dim", box=box.ROUNDED)


def _lately(scene: Scene, lines: int) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, overflow="ellipsis")
    for happening in list(scene.tally.lately)[-lines:]:
        grid.add_row(f"{happening.at:%H:%M:%S}", *_told(scene, happening))
    return Panel(grid, title="Lately", title_align="left", border_style="dim", box=box.ROUNDED)


def _told(scene: Scene, happening: Happening) -> tuple[Text, Text]:
    kind = happening.kind.lower().replace("_", " ").removeprefix("order ").removeprefix("fulfilment ")
    order = f"{scene.channel_names.get(happening.channel, happening.channel)} {happening.reference}"
    told = Text.assemble(order, ("  " + happening.told, "dim"))
    return Text(kind, style=_COLOURS.get(happening.kind, "")), told


def _further(scene: Scene) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for what, where in scene.where:
        grid.add_row(what, where)
    return Padding(grid, (0, 2))


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        header_style="dim",
        expand=True,
        padding=(0, 1),
    )


def _count(number: int, style: str) -> Text:
    return Text(f"{number:,}", style=style) if number else Text("·", style="dim")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds < 10 else f"{seconds:,.0f} s"


def sparkline(values: list[int]) -> str:
    """The values as a row of bars; the highest is a full one."""
    most = max(values, default=0)
    if not most:
        return "▁" * len(values)
    return "".join(_BARS[max(1, round(value / most * 8))] for value in values)
