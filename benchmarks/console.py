"""What the console asks for, over HTTP: at 100,000 past orders, at 1,000,000, and how the two compare."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.company import request
from benchmarks.harness import QUICK, Api, House
from benchmarks.history import found_network, write_past
from benchmarks.measuring import Load, Result, percentile
from domain.reporting.counting.build import begin_build, build_step, is_building
from domain.reporting.registry import REPORTS
from domain.reporting.report import Report

MEDIAN_MS_MAX = 300.0
RATIO_MAX = 1.5
SMALL = 100_000
GROWTH = 10

_ORDER = """id number externalReference customerReference state sourcing allocationStatus fulfilmentStatus priority placedAt
    units total { amount currencyCode } channel { id code name } holds { reason releasedAt }"""
_ORDERS = f"""query ($where: OrderWhere, $search: String, $sortBy: OrderSort, $after: String) {{
    orders(where: $where, search: $search, sortBy: $sortBy, first: 50, after: $after) {{
        nodes {{ {_ORDER} }} pageInfo {{ hasNextPage endCursor }} asOf }} }}"""
_COUNT = "query ($where: OrderWhere, $search: String) { orderCount(where: $where, search: $search) { count precision } }"
_BOARD = """query { board(timezone: "Europe/Berlin") {
    asOf backlog { orders units oldestPlacedAt } today { placed sourced shipped delivered cancelled }
    stages { stage count oldestAt channels { count oldestAt channel { code } } }
    channels { channel { code } backlog { orders units } today { placed shipped } }
    minutes { at throughput { placed shipped } }
    workLists { kind oldestAt count { count precision } } } }"""
_PARCELS = """query ($where: FulfilmentOrderWhere) { fulfilmentOrders(where: $where, direction: ASC, first: 50) {
    nodes { id number state plannedShipOn late order { number channel { code } } warehouse { code } lines { sku quantity } }
    pageInfo { hasNextPage endCursor } } }"""
_MATRIX = """query ($search: String, $where: VariantWhere) { variants(search: $search, where: $where, first: 50) {
    nodes { sku name stockLevels { onHand allocated held unsellable incoming available warehouse { code } } listings { drift } }
    pageInfo { hasNextPage endCursor } } }"""
_LEDGER = """query { stockEntries(sku: "PAST-00001", first: 50) {
    nodes { version reason documentKind at deltas { onHand allocated } warehouse { code } } } }"""
_ONE = """query ($where: OrderWhere) { orders(where: $where, first: 1) { nodes { number lines { sku quantity }
    events { kind at actor } fulfilmentOrders { number state warehouse { code } } sourcingDecisions { explanation } } } }"""
_SCAN = "query ($code: String!) { scan(code: $code) { __typename id } }"
_LISTS = "query { dataChecks { name lastRun { violations } } deadJobs { nodes { id } } }"
_REPORT = """query ($report: String!, $input: ReportInput!) { reportTable(report: $report, input: $input) { rows } }"""
_WEEK = {"range": {"from": "2026-01-05T00:00:00Z", "until": "2026-01-12T00:00:00Z"}}


@dataclass(frozen=True, slots=True)
class Question:
    """A request by its name. `grows`: with more orders there is more to answer, up to a limit."""

    name: str
    document: str
    variables: Mapping[str, Any]
    grows: bool = False

    def body(self, _number: int) -> bytes:
        return request(self.document, dict(self.variables))


def _orders(name: str, *, grows: bool = False, **variables: Any) -> Question:
    return Question(f"orders: {name}", _ORDERS, variables, grows)


def _report(report: Report) -> Question:
    """A quarter by week, compared with the one before."""
    today = datetime.now(UTC).date()
    span = {"from": str(today - timedelta(days=90)), "to": str(today)}
    asked = span | {"timezone": "Europe/Berlin", "grain": "WEEK", "comparison": "PREVIOUS_PERIOD"}
    return Question(f"report: {report.name}", _REPORT, {"report": report.name, "input": asked})


# A new question is a line here.
QUESTIONS: tuple[Question, ...] = (
    _orders("first page"),
    _orders("by number", sortBy={"field": "NUMBER", "direction": "ASC"}),
    _orders("a channel", where={"channel": {"eq": "past-2"}}),
    _orders(
        "a rare channel, delivered",
        where={"channel": {"eq": "past-8"}, "fulfilmentStatus": {"eq": "DELIVERED"}},
    ),
    _orders("two channels, open", where={"channel": {"in": ["past-7", "past-8"]}, "state": {"eq": "OPEN"}}),
    _orders("on hold for fraud", where={"holdReason": {"eq": "FRAUD"}}),
    _orders("backordered", where={"sourcing": {"eq": "BACKORDERED"}}),
    _orders("cancelled, urgent", where={"state": {"eq": "CANCELLED"}, "priority": {"eq": "URGENT"}}),
    _orders("a week of a channel", where={"channel": {"eq": "past-8"}, "placedAt": _WEEK}),
    _orders("a tag", where={"tag": {"eq": "gift"}}),
    _orders("a SKU that sells", where={"sku": {"eq": "PAST-00001"}}),
    _orders("a SKU that does not", grows=True, where={"sku": {"eq": "PAST-04900"}}),
    _orders("a SKU of a rare channel", where={"sku": {"eq": "PAST-00001"}, "channel": {"eq": "past-8"}}),
    _orders("a customer", grows=True, where={"customerReference": {"eq": "C-000007"}}),
    _orders("search by number", search="150000"),
    _orders("search by reference", search="R00050000"),
    _orders("search by a reference's beginning", search="R000"),
    _orders("search by a customer's beginning", search="C-0001"),
    _orders("search by SKU", search="PAST-00001"),
    _orders("search for nothing there", search="no such thing"),
    Question("count: all orders", _COUNT, {}),
    Question(
        "count: a rare channel, cancelled",
        _COUNT,
        {"where": {"channel": {"eq": "past-8"}, "state": {"eq": "CANCELLED"}}},
        grows=True,
    ),
    Question("an order with all its parts", _ONE, {"where": {"number": {"eq": 150_000}}}),
    Question("board", _BOARD, {}),
    Question(
        "parcels to pick in a warehouse",
        _PARCELS,
        {"where": {"warehouse": {"eq": "past-w1"}, "state": {"eq": "OPEN"}}},
    ),
    Question("parcels overdue", _PARCELS, {"where": {"overdue": True}}),
    Question(
        "parcels late, not left",
        _PARCELS,
        {"where": {"late": True, "state": {"in": ["OPEN", "PICKING", "PACKED"]}}},
    ),
    Question(
        "parcels of a rare channel, packed",
        _PARCELS,
        {"where": {"channel": {"eq": "past-8"}, "state": {"eq": "PACKED"}}},
    ),
    Question("stock matrix", _MATRIX, {"search": "PAST-01"}),
    Question("low stock", _MATRIX, {"where": {"available": {"range": {"to": 400}}}}),
    Question("a SKU's ledger", _LEDGER, {}),
    Question("scan a parcel", _SCAN, {"code": "1000042"}),
    Question("scan a barcode", _SCAN, {"code": "4000000000042"}),
    Question("checks and dead jobs", _LISTS, {}),
    *map(_report, REPORTS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How long a question takes, and what it costs the API and PostgreSQL, whoever else is at work."""

    median_ms: float
    p95_ms: float
    cpu_ms: float

    def __str__(self) -> str:
        return f"{self.median_ms:.1f} ms, p95 {self.p95_ms:.1f}, CPU {self.cpu_ms:.1f}"


def run(house: House) -> Iterator[Result]:
    """Each question by one client, again and again."""
    small = SMALL if house.scale is not QUICK else SMALL // 50
    asyncio.run(found_network(house.database_url))
    asyncio.run(write_past(house.database_url, small, open_orders=small // 20))
    house.within(_rolled_up)
    before = ask(house)
    asyncio.run(write_past(house.database_url, small * (GROWTH - 1)))
    house.within(_rolled_up)
    yield from compared(before, ask(house), small)


async def _rolled_up() -> None:
    """The past is in the roll-ups of reports, too."""
    await begin_build()
    while await is_building():
        await build_step()


def ask(house: House) -> dict[str, Answered]:
    """Every question's answer, by its name."""
    with house.api() as api:
        return {question.name: _answered(api, question) for question in QUESTIONS}


def _answered(api: Api, question: Question) -> Answered:
    load = _load(api, question)
    return Answered(
        median_ms=1000 * percentile(load.latencies_s, 50),
        p95_ms=1000 * percentile(load.latencies_s, 95),
        cpu_ms=load.process_ms + load.backend_ms,
    )


def _load(api: Api, question: Question) -> Load:
    """What it did in a window that was long enough for two answers."""
    window_s = api.house.scale.window_s
    load = api.load(1, question.body, expect=b'"data":{', seconds=window_s)
    while load.count < 2:
        window_s *= 4
        load = api.load(1, question.body, expect=b'"data":{', seconds=window_s)
    return load


def compared(before: dict[str, Answered], after: dict[str, Answered], small: int) -> Iterator[Result]:
    """A line for each question, and the largest ratios of those that have as much to answer as before."""
    for name, now in after.items():
        ratio = now.median_ms / before[name].median_ms
        yield Result(
            what=f"{name}, {small * GROWTH:,} orders",
            measured=now.median_ms,
            unit="ms",
            aim=MEDIAN_MS_MAX,
            at_most=True,
            note=f"p95 {now.p95_ms:.1f}, CPU {now.cpu_ms:.1f}; at {small:,}: {before[name]}; {ratio:.2f} x",
        )
    alike = [question.name for question in QUESTIONS if not question.grows]
    for what, spent in (("median", "median_ms"), ("CPU", "cpu_ms")):
        ratios = {name: getattr(after[name], spent) / getattr(before[name], spent) for name in alike}
        worst = max(ratios, key=lambda name: ratios[name])
        yield Result(
            what=f"{what} at {small * GROWTH:,} to {small:,} orders, at most",
            measured=ratios[worst],
            unit="x",
            aim=RATIO_MAX,
            at_most=True,
            note=worst,
        )
