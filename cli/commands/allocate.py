"""`forebay allocate INSTANCE.json`: plan a batch of orders from a file."""

import time
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.allocating.fields import BadInstance
from cli.allocating.instance import read_instance
from cli.errors import CommandError
from domain.sourcing.optimising import UNFILLED, Batch, Plan, Policy, optimise

_BAD_INSTANCE = 2  # exit status
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def allocate(
    instance: Annotated[Path, typer.Argument(help="Orders, warehouses, stock and tariff as JSON.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Write the plan here: [line, warehouse, quantity].")
    ] = None,
    policy: Annotated[
        Policy, typer.Option(help="cheapest optimises; the others serve one order after the other.")
    ] = Policy.CHEAPEST,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.01, help="Seconds, counted as work, so that the plan is the same everywhere."),
    ] = None,
) -> None:
    """Plan where every line of a batch leaves from, and say how near the least possible cost that is.

    Exits 2 where the instance is wrong, naming the field.
    """
    if not instance.is_file():
        raise CommandError(f"There is no file {instance}.")
    started = time.monotonic()
    try:
        batch = read_instance(instance)
    except BadInstance as wrong:
        errors.print(f"forebay: {instance.name}: {wrong}")
        raise typer.Exit(_BAD_INSTANCE) from None
    plan = _optimise(batch, policy, time_limit)
    if out is not None:
        _write(out, batch, plan)
    console.print(_summary(instance.name, policy, batch, plan, time.monotonic() - started))


def _optimise(batch: Batch, policy: Policy, time_limit_s: float | None) -> Plan:
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=errors, transient=True) as shown:
        task = shown.add_task("reading", total=1.0)

        def seen(stage: str, fraction: float) -> None:
            shown.update(task, description=stage, completed=fraction)

        return optimise(batch, policy, time_limit_s=time_limit_s, progress=seen)


def _write(out: Path, batch: Batch, plan: Plan) -> None:
    quantities, sites = batch.lines.quantity.tolist(), plan.warehouse.tolist()
    rows = zip(sites, quantities, strict=True)
    placed = [[line, site, units] for line, (site, units) in enumerate(rows) if site != UNFILLED]
    try:
        out.write_bytes(orjson.dumps(placed))
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from None


def _summary(name: str, policy: Policy, batch: Batch, plan: Plan, seconds: float) -> Table:
    table = Table(title=f"{name}: {policy}", title_justify="left", show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_row("orders", f"{len(batch.orders.lat):,}")
    table.add_row("cost", f"{plan.cost_minor / 100:,.2f}")
    table.add_row("  freight", f"{plan.freight_minor / 100:,.2f}")
    table.add_row("  unfilled lines", f"{plan.penalty_minor / 100:,.2f}")
    table.add_row("bound", f"{plan.bound_minor / 100:,.2f}")
    table.add_row("gap", "proven optimal" if plan.proven else f"{plan.gap:.3%}")
    table.add_row("fill rate", f"{plan.fill_rate:.2%} of lines")
    table.add_row("split rate", f"{plan.split_rate:.2%} of orders shipped")
    table.add_row("time", f"{seconds:.2f} s")
    return table
