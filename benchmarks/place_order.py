"""GraphQL `placeOrder`, one order a request, against the hand-written transaction."""

from collections.abc import Iterator
from functools import partial
from random import Random
from statistics import median

from benchmarks import reference
from benchmarks.company import request, stated
from benchmarks.harness import Api, House
from benchmarks.measuring import Load, Result, percentile
from benchmarks.reference import ReferenceLoad

QUERY = """
mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id number } userErrors { code message field } }
}
"""
TAKEN_IN = b'"userErrors":[]'
LINES = 2
CLIENTS = (1, 8, 32)
CPU_MS_MAX = 1.0
SHARE_MIN = 0.5


def run(house: House) -> Iterator[Result]:
    """At 1, 8 and 32 clients: the CPU of a request, and the rate for a core compared."""
    with house.api() as api:
        for clients in CLIENTS:
            pairs = [_pair(house, api, clients, turn) for turn in range(house.scale.turns)]
            yield from _results(clients, *zip(*pairs, strict=True))


def _pair(house: House, api: Api, clients: int, turn: int) -> tuple[Load, Load]:
    name = f"placeOrder-{clients}-{turn}"
    asked = api.load(
        clients,
        partial(body, name, house.company.skus, LINES, None),
        expect=TAKEN_IN,
        seconds=house.scale.window_s / house.scale.turns,
    )
    written = house.apart(
        reference.run,
        ReferenceLoad(
            run=f"reference-{clients}-{turn}",
            database_url=house.database_url,
            channel_id=house.company.channel_id,
            skus=house.company.skus,
            lines=LINES,
            clients=clients,
            warm_up_s=house.scale.warm_up_s,
            seconds=house.scale.window_s / house.scale.turns,
        ),
    )
    return asked, written


def body(run: str, skus: tuple[str, ...], lines: int, policy: str | None, number: int) -> bytes:
    """The n-th order of a run: `lines` lines of SKUs picked by its number."""
    picked = Random(number).sample(skus, lines)
    more = {"stockPolicy": policy} if policy else {}
    return request(QUERY, {"input": stated(f"{run}-{number}", picked, **more)})


def _results(clients: int, asked: tuple[Load, ...], written: tuple[Load, ...]) -> Iterator[Result]:
    at = f"placeOrder, {clients} client{'s' if clients > 1 else ''}"
    ours, theirs = (sum(load.rate_per_core for load in loads) / len(loads) for loads in (asked, written))
    latencies = [latency for load in asked for latency in load.latencies_s]
    yield Result(
        what=f"{at}: API's CPU a request",
        measured=median(load.process_ms for load in asked),
        unit="ms",
        aim=CPU_MS_MAX,
        at_most=True,
        note=f"PostgreSQL {median(load.backend_ms for load in asked):.2f} ms; p99 {1000 * percentile(latencies, 99):.1f} ms",
    )
    yield Result(
        what=f"{at}: orders/s a core, to hand-written",
        measured=ours / theirs,
        unit="x",
        aim=SHARE_MIN,
        note=f"{ours:,.0f} to {theirs:,.0f} a core; {_rate(asked):,.0f}/s to {_rate(written):,.0f}/s",
    )


def _rate(loads: tuple[Load, ...]) -> float:
    return median(load.rate for load in loads)
