"""The board: what is open and where it stands, counted once, for those who may see it."""

import asyncio
from datetime import timedelta
from typing import Any

from domain.board.count_minutes import count_minutes, prune_minutes
from domain.board.work_lists.registry import WORK_LISTS, WorkListKind
from domain.events.feed import advance_feed
from domain.fulfilment.accept import accept
from domain.fulfilment.deliver import deliver
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.pack import pack
from domain.fulfilment.ship import ShipFulfilment, ship
from domain.fulfilment.start_picking import start_picking
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason
from domain.shared.actor import Scope
from domain.shared.database import execute, fetch_value
from tests.factories import NOW, TESTER
from tests.integration.graphql.conftest import Client, Shop

STAGES = "{ board { stages { stage count oldestAt channels { count channel { code } } } } }"
FLOW = """query ($timezone: String! = "UTC") { board(timezone: $timezone) {
    backlog { orders units oldestPlacedAt }
    today { placed sourced shipped delivered cancelled }
    channels { channel { code } backlog { orders units } today { placed shipped } }
    minutes { at throughput { placed sourced shipped delivered } }
} }"""
LISTS = "{ board { workLists { kind count { count precision } oldestAt } } }"


async def counted() -> None:
    await advance_feed()
    await count_minutes()


async def parcel(order_id: Any) -> Any:
    return (await FulfilmentOrder.get(order_id=order_id)).id


async def left(order_id: Any) -> None:
    """Its parcel is shipped."""
    ids = [await parcel(order_id)]
    for step in (accept, start_picking, pack):
        await step(ids, by=TESTER, now=NOW)
    await ship(
        [ShipFulfilment(fulfilment_order_id=ids[0], carrier="DHL", tracking_number="1")], by=TESTER, now=NOW
    )


async def stages(client: Client) -> dict[str, tuple[int, dict[str, int]]]:
    found = (await client.ask(STAGES))["board"]["stages"]
    return {
        each["stage"]: (each["count"], {one["channel"]["code"]: one["count"] for one in each["channels"]})
        for each in found
    }


async def test_an_order_passes_the_stages(client: Client, shop: Shop) -> None:
    assert await stages(client) == dict.fromkeys(
        ("WAITING", "ON_HOLD", "BACKORDERED", "TO_PICK", "PICKING", "PACKED"), (0, {})
    )
    first, held = await shop.place(), await shop.place("market")
    await hold_order(HoldOrder(order_id=held.order_id, reason=HoldReason.FRAUD), by=TESTER, now=NOW)
    await shop.place(units={"MUG": 1000, "POT": 1})
    open_work = await stages(client)
    assert open_work["WAITING"] == (2, {"web": 2})
    assert open_work["ON_HOLD"] == (1, {"market": 1})

    await shop.source()
    open_work = await stages(client)
    assert open_work["WAITING"] == (0, {})
    assert open_work["BACKORDERED"] == (1, {"web": 1})
    parcels = await FulfilmentOrder.all().count()
    assert open_work["TO_PICK"] == (parcels, {"web": parcels})

    await accept([await parcel(first.order_id)], by=TESTER, now=NOW)
    assert (await stages(client))["TO_PICK"] == (parcels, {"web": parcels})
    await start_picking([await parcel(first.order_id)], by=TESTER, now=NOW)
    assert (await stages(client))["PICKING"] == (1, {"web": 1})
    await pack([await parcel(first.order_id)], by=TESTER, now=NOW)
    assert (await stages(client))["PACKED"] == (1, {"web": 1})


async def test_what_left_is_counted_by_minute_and_day(client: Client, shop: Shop) -> None:
    gone = await shop.place()
    await shop.place("market", {"POT": 3})
    await shop.source()
    await left(gone.order_id)
    await deliver([await parcel(gone.order_id)], by=TESTER, now=NOW)
    await counted()

    board = (await client.ask(FLOW))["board"]
    assert board["backlog"] == {"orders": 1, "units": 3, "oldestPlacedAt": "2026-11-22T11:00:00Z"}
    assert board["today"] == {"placed": 2, "sourced": 2, "shipped": 1, "delivered": 1, "cancelled": 0}
    assert board["channels"] == [
        {
            "channel": {"code": "market"},
            "backlog": {"orders": 1, "units": 3},
            "today": {"placed": 1, "shipped": 0},
        },
        {
            "channel": {"code": "web"},
            "backlog": {"orders": 0, "units": 0},
            "today": {"placed": 1, "shipped": 1},
        },
    ]
    assert len(board["minutes"]) == 60
    assert board["minutes"][-1] == {
        "at": "2026-11-22T12:00:00Z",
        "throughput": {"placed": 2, "sourced": 2, "shipped": 1, "delivered": 1},
    }
    assert board["minutes"][0]["at"] == "2026-11-22T11:01:00Z"
    assert sum(minute["throughput"]["placed"] for minute in board["minutes"][:-1]) == 0


async def test_today_begins_where_the_reader_is(client: Client, shop: Shop) -> None:
    await shop.place()
    await counted()
    await execute("UPDATE board_minutes SET minute = '2026-11-21T23:30:00Z'")
    assert (await client.ask(FLOW))["board"]["today"]["placed"] == 0
    assert (await client.ask(FLOW, timezone="Europe/Berlin"))["board"]["today"]["placed"] == 1
    refused = await client.refused(FLOW, timezone="Berlin")
    assert getattr(refused, "field", None) == "timezone"


async def test_every_position_is_counted_once(client: Client, shop: Shop) -> None:
    """However many count at once, and whenever they begin."""
    for _ in range(5):
        await shop.place()
        await advance_feed()
    await asyncio.gather(*(count_minutes() for _ in range(4)))
    assert await fetch_value("SELECT sum(placed) FROM board_minutes") == 5
    await shop.place()
    await advance_feed()
    await asyncio.gather(*(count_minutes() for _ in range(4)))
    assert await count_minutes() == 0
    assert await fetch_value("SELECT sum(placed) FROM board_minutes") == 6
    assert await prune_minutes(before=NOW) == 0
    assert await prune_minutes(before=NOW + timedelta(minutes=1)) == 1


async def test_what_waits_for_a_person_is_counted(client: Client, shop: Shop) -> None:
    held = await shop.place()
    await hold_order(HoldOrder(order_id=held.order_id, reason=HoldReason.FRAUD), by=TESTER, now=NOW)
    await shop.place(units={"MUG": 1000, "POT": 1})
    await shop.source()
    await execute("UPDATE fulfilment_orders SET late = true, planned_ship_on = '2026-11-21'")
    parcels = await FulfilmentOrder.all().count()
    assert parcels
    await execute("UPDATE jobs SET state = 'DEAD'")
    jobs = await fetch_value("SELECT count(*) FROM jobs")

    found = (await client.ask(LISTS))["board"]["workLists"]
    assert [each["kind"] for each in found] == [kind.value for kind in WorkListKind]
    waiting = {each["kind"]: each for each in found if each["count"]["count"]}
    assert {kind: each["count"]["count"] for kind, each in waiting.items()} == {
        "HELD_ORDERS": 1,
        "BACKORDERS": 1,
        "OVERDUE_PARCELS": parcels,
        "LATE_PARCELS": parcels,
        "DEAD_JOBS": jobs,
    }
    # the day was over at midnight in Berlin
    assert waiting["OVERDUE_PARCELS"]["oldestAt"] == "2026-11-21T23:00:00Z"
    assert waiting["HELD_ORDERS"]["count"]["precision"] == "EXACT"


def test_every_list_can_be_counted() -> None:
    assert list(WORK_LISTS) == list(WorkListKind)


async def test_a_limited_key_sees_its_own_channel(client: Client, shop: Shop) -> None:
    mine, theirs = await shop.place("market"), await shop.place("web")
    for order in (mine, theirs):
        await hold_order(HoldOrder(order_id=order.order_id, reason=HoldReason.FRAUD), by=TESTER, now=NOW)
    await shop.place("web")
    await shop.place("market", {"MUG": 1})
    await shop.source()
    await execute("UPDATE fulfilment_orders SET late = true, planned_ship_on = '2026-11-21'")
    await counted()
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.market.id}))

    assert await stages(partner) == {
        "WAITING": (0, {}),
        "ON_HOLD": (1, {"market": 1}),
        "BACKORDERED": (0, {}),
        "TO_PICK": (1, {"market": 1}),
        "PICKING": (0, {}),
        "PACKED": (0, {}),
    }
    board = (await partner.ask(FLOW))["board"]
    assert (board["backlog"]["orders"], board["backlog"]["units"]) == (2, 4)
    assert board["today"]["placed"] == board["minutes"][-1]["throughput"]["placed"] == 2
    assert [each["channel"]["code"] for each in board["channels"]] == ["market"]
    lists = {
        each["kind"]: each["count"]["count"] for each in (await partner.ask(LISTS))["board"]["workLists"]
    }
    assert (lists["HELD_ORDERS"], lists["LATE_PARCELS"], lists["OVERDUE_PARCELS"]) == (1, 1, 1)
    assert not lists.keys() & {"DEAD_JOBS", "DISABLED_ENDPOINTS"}


async def test_a_list_that_is_long_is_not_counted_out(client: Client, shop: Shop) -> None:
    await execute("""
        INSERT INTO jobs (id, kind, payload, state, run_after, created_at)
        SELECT gen_random_uuid(), 'POLL', '{}', 'DEAD', now(), now() FROM generate_series(1, 10001)
    """)
    [dead] = [each for each in (await client.ask(LISTS))["board"]["workLists"] if each["kind"] == "DEAD_JOBS"]
    assert dead["count"] == {"count": 10_000, "precision": "AT_LEAST"}
