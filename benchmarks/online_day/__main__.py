"""What bid prices and re-evaluation save on a day of single orders: python -m benchmarks.online_day.

Cost is freight and penalties, which are 10,000 / 30,000 / 90,000 minor units for each line left unfilled at the
end of the day; it is told as its change against serving who comes from the nearest warehouse, for good.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.online_day.living import LIMIT_S, Lived, Way, live, outcome
from benchmarks.online_day.making import KINDS, Asked, make_days, read_days
from domain.sourcing.optimising import Batch, Policy, optimise
from domain.sourcing.optimising.greedy import serve_in_turn
from domain.sourcing.optimising.setting import lay_out

ORDERS, QUICK_ORDERS = 10_000, 1_000
PAST_DAYS = 2
WAYS = (
    Way(name="cheapest, committed"),
    Way(name="bid prices, committed", bids=True),
    Way(name="held 2 h", hold_min=120),
    Way(name="held 2 h, bid prices", hold_min=120, bids=True),
    Way(name="held 6 h", hold_min=360),
    Way(name="held 6 h, bid prices", hold_min=360, bids=True),
)


def main() -> None:
    """A row for each day and policy; `slowest` is a re-evaluation with the bid prices it asked for."""
    print(
        f"{'day':<24}{'policy':<23}{'cost':>8}{'freight':>9}{'unfilled by priority':>22}{'slowest':>10}{'CPU':>8}"
    )
    late = broken = False
    for day in _days(_arguments()):
        nearest = _nearest(day.today.batch)
        for name, lived, seconds in _lives(day):
            late |= lived.slowest_s > LIMIT_S
            broken |= lived.promises_broken > 0
            print(_row(day.name, name, lived, nearest) + f"{seconds:>6.0f} s", flush=True)
    print(
        f"Promises broken: {'SOME' if broken else 'none'}. Re-evaluations within {LIMIT_S:g} s: {'not all' if late else 'all'}."
    )
    sys.exit(broken)


def _lives(day: Asked) -> Iterator[tuple[str, Lived, float]]:
    today = day.today.batch
    lives: list[tuple[str, Callable[[], Lived]]] = [
        ("nearest, committed", partial(_nearest, today)),
        *((way.name, partial(live, day, way)) for way in WAYS),
        ("hindsight", partial(_hindsight, today)),
    ]
    for name, lived in lives:
        begin = process_time()
        yield name, lived(), process_time() - begin


def _row(day: str, name: str, lived: Lived, nearest: Lived) -> str:
    cost, freight = (
        f"{now / max(before, 1) - 1:+.1%}"
        for now, before in (
            (lived.cost_minor, nearest.cost_minor),
            (lived.freight_minor, nearest.freight_minor),
        )
    )
    unfilled = " / ".join(map(str, lived.unfilled))
    slowest = f"{lived.slowest_s:.2f} s" if lived.slowest_s else ""
    return f"{day[-23:]:<24}{name:<23}{cost:>8}{freight:>9}{unfilled:>22}{slowest:>10}"


def _nearest(batch: Batch) -> Lived:
    """Who comes first is served first, whatever its priority."""
    flat = replace(batch.orders, priority=np.zeros_like(batch.orders.priority))
    return outcome(batch, serve_in_turn(lay_out(replace(batch, orders=flat)), Policy.NEAREST).held())


def _hindsight(batch: Batch) -> Lived:
    return outcome(batch, optimise(batch).warehouse)


def _days(asked: argparse.Namespace) -> Iterator[Asked]:
    if asked.day is not None:
        yield read_days(asked.day, asked.past or [], asked.seed)
        return
    orders = asked.orders or (QUICK_ORDERS if asked.quick else ORDERS)
    for kind in KINDS:
        yield make_days(kind, orders, asked.seed, PAST_DAYS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.online_day", description=__doc__)
    parser.add_argument("--orders", type=int, help=f"a day; {ORDERS:,} if unsaid")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--quick", action="store_true", help=f"days of {QUICK_ORDERS:,} orders, within a minute"
    )
    parser.add_argument("--day", type=Path, metavar="FILE", help="an instance in place of the made days")
    parser.add_argument(
        "--past", type=Path, nargs="+", metavar="FILE", help="instances whose orders are past days'"
    )
    asked = parser.parse_args()
    if bool(asked.day) != bool(asked.past):
        parser.error("a day of one's own needs a past, and a past a day")
    return asked


if __name__ == "__main__":
    main()
