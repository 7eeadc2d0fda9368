"""Run the benchmarks: all of them, or those that are named."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    allocating,
    console,
    exports,
    hot_sku,
    imports,
    intake,
    list_orders,
    listings,
    live_latency,
    place_order,
    place_orders_bulk,
    planner,
    re_evaluation,
    rollups,
)
from benchmarks.harness import FULL, QUICK, House, open_house
from benchmarks.measuring import Result

# A new benchmark is one file and one line here.
BENCHMARKS: Mapping[str, Callable[[House], Iterator[Result]]] = {
    "place_order": place_order.run,
    "place_orders_bulk": place_orders_bulk.run,
    "hot_sku": hot_sku.run,
    "list_orders": list_orders.run,
    "allocating": allocating.run,
    "intake": intake.run,
    "imports": imports.run,
    "exports": exports.run,
    "listings": listings.run,
    "live_latency": live_latency.run,
    "planner": planner.run,
    "re_evaluation": re_evaluation.run,
    "rollups": rollups.run,
}
# Minutes each, so only when they are named.
LONG: Mapping[str, Callable[[House], Iterator[Result]]] = {"console": console.run}
_VERDICTS = {True: "[green]reached[/]", False: "[red]missed[/]", None: ""}
out = Console(width=None if sys.stdout.isatty() else 150)


def main() -> None:
    """Measure, print the table, and write the file that was asked for."""
    asked = _arguments()
    began = time.monotonic()
    results: list[Result] = []
    with open_house(QUICK if asked.quick else FULL) as house:
        for name in asked.names or BENCHMARKS:
            with out.status(f"Measuring {name}"):
                results += {**BENCHMARKS, **LONG}[name](house)
    out.print(_table(results))
    out.print(
        f"{time.monotonic() - began:.0f} s on {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} at the end (much "
        "above the cores: others were at work, and rates are too low). Servers with fsync on, one process a role."
    )
    if asked.json:
        asked.json.write_text(
            json.dumps([_plain(result) for result in results], indent=2) + "\n", encoding="utf-8"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help=f"which: {', '.join(BENCHMARKS)}; all of these if unsaid; long ones: {', '.join(LONG)}",
    )
    parser.add_argument(
        "--quick", action="store_true", help="shorter windows and smaller sizes: within a minute"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results here, too")
    asked = parser.parse_args()
    if unknown := set(asked.names) - BENCHMARKS.keys() - LONG.keys():
        parser.error(f"there is no benchmark {min(unknown)!r}; there are {', '.join([*BENCHMARKS, *LONG])}")
    return asked


def _table(results: list[Result]) -> Table:
    table = Table("benchmark", title="Forebay, measured", title_justify="left")
    table.add_column("measured", justify="right")
    table.add_column("aim", justify="right")
    table.add_column("verdict")
    table.add_column("beside it")
    for result in results:
        aim = (
            ""
            if result.aim is None
            else f"{'≤' if result.at_most else '≥'} {_number(result.aim)} {result.unit}"
        )
        measured = f"{_number(result.measured)} {result.unit}"
        table.add_row(result.what, measured, aim, _VERDICTS[result.reached], result.note)
    return table


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _plain(result: Result) -> dict[str, object]:
    return {**asdict(result), "reached": result.reached}


if __name__ == "__main__":
    main()
