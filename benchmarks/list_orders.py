"""A page of 50 orders with 3 lines each, as a console or a shop's page reads it."""

from collections.abc import Iterator
from functools import partial

from benchmarks.company import CHANNEL, orders, request, take_in
from benchmarks.harness import House
from benchmarks.measuring import Result, percentile

CPU_MS_MAX = 12.0
ORDERS = 50
LINES = 3
QUERY = """
query Page($where: OrderWhere, $first: Int) {
  orders(where: $where, first: $first) {
    nodes {
      id number externalReference state allocationStatus fulfilmentStatus placedAt
      total { amount currencyCode }
      lines { id sku name quantity allocated unitPrice { amount currencyCode } }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
FULL_PAGE = b'"hasNextPage":true'


def run(house: House) -> Iterator[Result]:
    """One client, the newest page again and again."""
    house.within(partial(_place, house))
    with house.api() as api:
        load = api.load(1, body, expect=FULL_PAGE)
    yield Result(
        what=f"list of {ORDERS} orders x {LINES} lines: API's CPU",
        measured=load.process_ms,
        unit="ms",
        aim=CPU_MS_MAX,
        at_most=True,
        note=f"PostgreSQL {load.backend_ms:.2f} ms; p50 {1000 * percentile(load.latencies_s, 50):.1f} ms, {load.rate:,.0f}/s",
    )


async def _place(house: House) -> None:
    await take_in(orders("page", ORDERS + 1, house.company.skus, lines=LINES))


def body(_number: int) -> bytes:
    """The request, always the same."""
    return request(QUERY, {"first": ORDERS, "where": {"channel": {"eq": CHANNEL}}})
