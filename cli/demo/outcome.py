"""How a demo ended: what went wrong, if anything, and the summary that says so."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.demo.listing import Agreement
from cli.demo.platforms.shape import Telling
from cli.demo.sending import Outbox
from cli.demo.tally import Tally, quantile
from cli.demo.verifying import Verdict

SHOWN_MAX: Final = 8
NORMAL_REFUSALS: Final = frozenset(
    {"INSUFFICIENT_STOCK"}
)  # a fifth of the marketplace's orders insist on stock


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOutcome:
    """What became of one channel that came in its platform's own format."""

    name: str
    platform: str
    sent: int  # orders
    in_pool: int  # of these, each exactly once
    refused: int
    repeated: int  # deliveries of the same
    tellings: Counter[Telling]
    told: int  # quantities, over the whole run
    turned_away: int  # of Forebay's requests
    agreement: Agreement

    @property
    def troubles(self) -> list[str]:
        """What is not as it must be, in a line each."""
        told = list(self.agreement.wrong)
        if self.sent != self.in_pool + self.refused:
            told.append(
                f"{self.name} sent {self.sent:,} orders, of which {self.in_pool:,} are in the pool "
                f"and {self.refused:,} refused"
            )
        return told


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The end of a run. `troubles` are one line each; without any, all went well."""

    tally: Tally
    verdict: Verdict
    outbox: Outbox
    channels: Sequence[ChannelOutcome] = ()
    called: Counter[str] = field(default_factory=Counter)  # what the order desk did
    seconds: float = 0.0
    first_allocated_s: float | None = None
    troubles: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not self.troubles


def troubles_of(
    verdict: Verdict, tally: Tally, outbox: Outbox, channels: Sequence[ChannelOutcome], *, waiting: int
) -> list[str]:
    """What is not as it must be, in a line each."""
    told = [*verdict.wrong, *(line for channel in channels for line in channel.troubles)]
    if outbox.answered != outbox.sent:
        told.append(f"{outbox.sent - outbox.answered:,} of {outbox.sent:,} orders were never answered")
    for code, count in outbox.refusals().items():
        if code not in NORMAL_REFUSALS:
            told.append(f"{count:,} orders were refused: {code}, such as {outbox.examples[code]}")
    if waiting:
        told.append(f"{waiting:,} orders still wait for a decision")
    if (seen := tally.total().placed) < outbox.new:
        told.append(f"the event feed told of {seen:,} of {outbox.new:,} placed orders")
    return told


def summary(outcome: Outcome, currency: str) -> RenderableType:
    """The run in one table."""
    tally, total = outcome.tally, outcome.tally.total()
    table = Table(box=box.SIMPLE, show_header=False, padding=(0, 1))
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column(style="dim")
    for what, figure, note in _rows(outcome, currency):
        table.add_row(what, figure, note)
    if total.waiting:
        table.add_row("wait for stock", f"{total.waiting:,}", "what the warehouses lack or found damaged")
    troubles = [Text(f"✗ {line}", style="red") for line in outcome.troubles[:SHOWN_MAX]]
    if (more := len(outcome.troubles) - SHOWN_MAX) > 0:
        troubles.append(Text(f"  and {more:,} more", style="red"))
    title = Text(f"\n{tally.events:,} events, {outcome.seconds:,.0f} s", style="bold")
    return Group(title, table, _platforms(outcome.channels), *troubles)


def _platforms(channels: Sequence[ChannelOutcome]) -> RenderableType:
    """Each platform's orders, and whether it holds what it confirmed and what may be sold."""
    table = Table(box=box.SIMPLE, header_style="dim", padding=(0, 1))
    table.add_column("in its own format")
    for name in ("orders", "in pool", "refused", "listings that agree"):
        table.add_column(name, justify="right")
    for each in channels:
        counts = (each.sent, each.in_pool, each.refused)
        table.add_row(f"{each.name}, {each.platform}", *(f"{count:,}" for count in counts), _agree(each))
    agree = (
        "A listing agrees if what is sellable, what was confirmed and what its platform holds is the same."
    )
    return Group(table, Text(f"{agree} {_how_it_went(channels)}\n", style="dim"))


def _agree(channel: ChannelOutcome) -> str:
    listings = channel.agreement.listings
    if not listings:
        return "told of no stock"
    return f"{listings - len(channel.agreement.wrong):,} of {listings:,}"


def _how_it_went(channels: Sequence[ChannelOutcome]) -> str:
    tellings = sum((each.tellings for each in channels), Counter[Telling]())
    return (
        f"{sum(each.repeated for each in channels):,} deliveries came twice, {tellings[Telling.BESIDE]:,} out of "
        f"turn; {tellings[Telling.CANCELLED]:,} orders were cancelled there; {sum(each.told for each in channels):,} "
        f"quantities told, {sum(each.turned_away for each in channels):,} requests turned away."
    )


def _rows(outcome: Outcome, currency: str) -> list[tuple[str, str, str]]:
    tally, verdict = outcome.tally, outcome.verdict
    total = tally.total()
    refused = (
        ", ".join(f"{count:,} {code}" for code, count in outcome.outbox.refusals().items()) or "none refused"
    )
    called = ", ".join(f"{count:,} {what}" for what, count in sorted(outcome.called.items()))
    rejected = sum(figures.states["REJECTED"] for figures in tally.warehouses.values())
    first = outcome.first_allocated_s
    return [
        ("orders sent", f"{outcome.outbox.sent:,}", refused),
        ("in the pool", f"{sum(verdict.orders.values()):,}", _in_the_pool(outcome.outbox)),
        ("with a decision", f"{verdict.decided:,}", f"{verdict.alternatives_each:.1f} alternatives each"),
        ("shipped", f"{total.shipped:,}", f"{total.delivered:,} delivered"),
        ("called off", f"{total.cancelled:,}", called),
        ("sourced again", f"{tally.re_sourced:,}", f"{rejected:,} parcels were rejected by a warehouse"),
        ("in several parcels", f"{tally.split_share:.1%}", f"of {tally.shipping_orders:,} orders"),
        ("cost an order", f"{tally.cost_minor_per_order / 100:,.2f} {currency}", "shipping as planned"),
        ("in to decided", f"{quantile(tally.lags_s, 0.5) * 1000:,.0f} ms", _lags(tally)),
        ("first allocated", f"{first:,.1f} s" if first else "never", "after the command was given"),
    ]


def _in_the_pool(outbox: Outbox) -> str:
    earlier = f"; {outbox.replayed:,} were there from an earlier run" if outbox.replayed else ""
    return f"each exactly once, read back through the API{earlier}"


def _lags(tally: Tally) -> str:
    return f"median; p95 {quantile(tally.lags_s, 0.95) * 1000:,.0f} ms, of {tally.decided:,} decisions"
