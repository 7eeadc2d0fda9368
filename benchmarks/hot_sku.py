"""One SKU that everybody wants, against orders spread over all SKUs; each reserved at once."""

from collections.abc import Iterator
from functools import partial
from statistics import median

from benchmarks.harness import House
from benchmarks.measuring import Load, Result
from benchmarks.place_order import TAKEN_IN, body

CLIENTS = 32


def run(house: House) -> Iterator[Result]:
    """Turn by turn, so that both meet the same machine."""
    hot: list[Load] = []
    spread: list[Load] = []
    turns = house.scale.turns + 1
    with house.api() as api:
        for turn in range(turns):
            for loads, skus, name in (
                (spread, house.company.skus, "spread"),
                (hot, (house.company.hot_sku,), "hot"),
            ):
                asked = partial(body, f"{name}-{turn}", skus, 1, "REQUIRE")
                loads.append(api.load(CLIENTS, asked, expect=TAKEN_IN, seconds=house.scale.window_s / turns))
    rate, beside = median(load.rate for load in hot), median(load.rate for load in spread)
    yield Result(
        what=f"one hot SKU, {CLIENTS} clients: rate, to the spread-out rate",
        measured=rate / beside,
        unit="x",
        aim=1.0,
        note=f"{rate:,.0f}/s to {beside:,.0f}/s; CPU a request {median(load.process_ms for load in hot):.2f} ms "
        f"to {median(load.process_ms for load in spread):.2f} ms",
    )
