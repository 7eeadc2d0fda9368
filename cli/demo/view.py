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

WIDE: Final = 144  # columns from which on tables stand side by side
HEAD_LINES: Final = 2
NOW_LINES: Final = 7
LATELY_MIN, LATELY_MAX = 3, 8
_BARS: Final = " ▁▂▃▄▅▆▇█"
_COLOURS: Final = {
    "ORDER_PLACED": "cyan",
    "ORDER_SOURCED": "green",
    "ORDER_BACKORDERED": "yellow",
    "ORDER_MOVED": "green",
    "ORDER_HELD": "yellow",
    "ORDER_CANCELLED": "red",
    "ORDER_UNITS_CANCELLED": "red",
    "ORDER_COMPLETED": "bold green",
    "FULFILMENT_REJECTED": "red",
    "FULFILMENT_SHIPPED": "blue",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelScene:
    """What is to be seen of a channel that comes in its platform's own format."""

    name: str
    kind: str
    platform: str
    placed: int  # orders in the pool
    repeated: int  # deliveries of what was delivered before
    listings: int  # 0: it is told of no stock
    unheard: int  # listings that have yet to confirm the latest
    told: int  # quantities that the platform was told
    lag_s: float  # from delivered to heard of in the pool, median


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything the picture shows."""

    tally: Tally
    channel_names: Mapping[str, str]
    channels: tuple[ChannelScene, ...] = ()
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
    """The whole picture, as much of it as there is room for; figures first."""
    channels, warehouses = channel_table(scene), warehouse_table(scene)
    platforms = platform_table(scene)
    parts: list[RenderableType] = [_head(scene, width)]
    if width >= WIDE:
        beside = _beside(platforms, _now(scene))
        parts += [_beside(channels, warehouses), beside]
        room = height - HEAD_LINES - _rows_of(scene) - max(NOW_LINES, len(scene.channels) + 2)
        if room >= LATELY_MIN + 2:
            lines = min(LATELY_MAX, room - 2)
            parts.append(_lately(scene, lines))
            room -= lines + 2
    else:
        parts += [channels, platforms, warehouses]
        rows = len(scene.tally.channels) + len(scene.channels) + len(scene.tally.warehouses)
        room = height - HEAD_LINES - rows - 10
        if room >= NOW_LINES:
            parts.append(_now(scene))
            room -= NOW_LINES
        if (lines := room - len(scene.where) - 3) >= LATELY_MIN:
            parts.append(_lately(scene, min(LATELY_MAX, lines)))
            room -= min(LATELY_MAX, lines) + 2
    if room > len(scene.where):
        parts.append(_further(scene))
    return Group(*parts)


def _rows_of(scene: Scene) -> int:
    return max(len(scene.tally.channels) + 2, len(scene.tally.warehouses)) + 3


def _beside(*parts: RenderableType) -> Table:
    grid = Table.grid(expand=True, padding=(0, 1))
    for _ in parts:
        grid.add_column(ratio=1)
    grid.add_row(*parts)
    return grid


def _head(scene: Scene, width: int) -> RenderableType:
    title = Text.assemble((" ≋ forebay  ", "bold cyan"), (scene.stage, "bold"))
    clock = Text(f"{int(scene.elapsed_s) // 60:02d}:{int(scene.elapsed_s) % 60:02d} ", style="dim")
    if scene.simulated is not None and scene.speed is not None:
        clock = Text.assemble(
            (f"{scene.simulated:%a %d %b %H:%M}", "bold"), (f"  x {scene.speed:,.0f}   ", "dim"), clock
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
    for name in ("channel", "placed", "allocated", "shipped", "delivered", "waiting", "cancelled"):
        table.add_column(name, justify="left" if name == "channel" else "right", no_wrap=True)
    for code, figures in scene.tally.channels.items():
        table.add_row(scene.channel_names.get(code, code), *_channel_cells(figures))
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


def platform_table(scene: Scene) -> Table:
    table = _table("Platforms")
    for name in ("channel", "platform", "kind"):
        table.add_column(name, no_wrap=True)
    for name in ("in", "again", "told", "confirmed", "lag"):
        table.add_column(name, justify="right", no_wrap=True)
    for channel in scene.channels:
        table.add_row(
            channel.name,
            Text(channel.platform, style="cyan"),
            Text(channel.kind.lower().replace("_", " "), style="dim"),
            *_platform_cells(channel),
        )
    return table


def _platform_cells(channel: ChannelScene) -> tuple[Text, ...]:
    heard = channel.listings - channel.unheard
    confirmed = f"{heard / channel.listings:.0%} of {channel.listings:,}" if channel.listings else "·"
    return (
        _count(channel.placed, "cyan"),
        _count(channel.repeated, "yellow"),
        _count(channel.told, "blue"),
        Text(confirmed, style="green" if channel.listings and not channel.unheard else "dim"),
        Text(_ms(channel.lag_s), style="dim"),
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
    slow = _ms(quantile(tally.lags_s, 0.95))
    grid.add_row("decided after", _ms(quantile(tally.lags_s, 0.5)), Text(f"median; 95 in 100 within {slow}"))
    heard = _ms(quantile(tally.feed_lags_s, 0.95))
    grid.add_row(
        "heard after",
        _ms(quantile(tally.feed_lags_s, 0.5)),
        Text(f"from the event; 95 in 100 within {heard}"),
    )
    split = f"{scene.currency} an order; {tally.split_share:.1%} split, {tally.re_sourced:,} sourced again"
    grid.add_row("shipping", f"{tally.cost_minor_per_order / 100:,.2f}", Text(split))
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
        title=f" {title}",
        title_justify="left",
        title_style="bold",
        box=None,
        header_style="dim",
        expand=True,
        padding=(0, 1),
        collapse_padding=True,
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
