"""GraphQL `placeOrders`, 500 orders a request."""

from collections.abc import Iterator
from functools import partial
from random import Random

from benchmarks.company import LINE_COUNTS, request, stated
from benchmarks.harness import House
from benchmarks.measuring import Result

QUERY = """
mutation Place($input: PlaceOrdersInput!) {
  placeOrders(input: $input) {
    results { index order { id number } userErrors { code message field } } userErrors { code message field }
  }
}
"""
ORDERS = 500
ALL_TAKEN_IN = b'"index":499,"order":{"id"'
RATE_MIN = 3_000


def run(house: House) -> Iterator[Result]:
    """One client, request after request, then two at once."""
    with house.api() as api:
        for clients in (1, 2):
            load = api.load(
                clients, partial(body, f"bulk-{clients}", house.company.skus), expect=ALL_TAKEN_IN
            )
            yield Result(
                what=f"placeOrders of {ORDERS}, {clients} client{'s' if clients > 1 else ''}",
                measured=load.rate * ORDERS,
                unit="orders/s",
                aim=RATE_MIN if clients == 1 else None,
                note=f"each {load.process_ms / ORDERS:.2f} ms of the API's CPU, {load.backend_ms / ORDERS:.2f} ms of PostgreSQL's",
            )


def body(run: str, skus: tuple[str, ...], number: int) -> bytes:
    """The n-th request of a run: 500 orders of 1 to 4 lines."""
    random = Random(number)
    orders = [
        stated(f"{run}-{number}-{each}", random.sample(skus, random.choices(*LINE_COUNTS)[0]))
        for each in range(ORDERS)
    ]
    return request(QUERY, {"input": {"orders": orders}})
