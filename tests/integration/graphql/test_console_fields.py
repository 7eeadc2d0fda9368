"""What the console asks for besides lists: scanning, bulk release, low stock, filters of its work lists."""

from pathlib import Path
from typing import Any

import pytest

from api.graphql.relay import to_global
from domain.board.work_lists.registry import WorkListKind
from domain.catalog.models import Variant
from domain.events.kinds import EventKind
from domain.fulfilment.models import FulfilmentOrder
from domain.fulfilment.scan import barcodes
from domain.imports.steer import pause_import
from domain.jobs.models import Job
from domain.listings.save_listings import SaveListing, save_listings
from domain.orders.hold_order import HoldOrder, hold_order
from domain.orders.models import HoldReason, Order
from domain.shared.actor import Scope
from domain.shared.database import execute, fetch_value
from domain.shared.ids import new_id
from domain.shared.refusal import NotAllowed
from domain.shared.settings import settings
from domain.stock.models import StockLevel
from domain.training.reset_company import is_asked_for
from tests.factories import NOW, TESTER, set_safety, upload
from tests.integration.graphql.conftest import Client, Shop

SCAN = """query ($code: String!) { scan(code: $code) { __typename id
    ... on FulfilmentOrder { state } ... on Variant { sku } ... on Order { externalReference } } }"""
RELEASE = """mutation ($input: ReleaseOrdersInput!) { m: releaseOrders(input: $input) {
    userErrors { code field } results { index order { sourcing version } userErrors { code field } } } }"""
HELD = "query ($where: OrderWhere) { orders(where: $where) { nodes { externalReference } } }"
PARCELS = """query ($where: FulfilmentOrderWhere) {
    fulfilmentOrders(where: $where) { nodes { number } } fulfilmentOrderCount(where: $where) { count } }"""
RESET = "mutation { m: resetTrainingCompany { userErrors { code } } }"
VARIANTS = "query ($where: VariantWhere, $search: String) { variants(where: $where, search: $search) { nodes { sku } } }"


async def hold(shop: Shop, reason: HoldReason = HoldReason.FRAUD, channel: str = "web", **stated: Any) -> Any:
    placed = await shop.place(channel, **stated)
    await hold_order(HoldOrder(order_id=placed.order_id, reason=reason), by=TESTER, now=NOW)
    return placed.order_id


# ---------------------------------------------------------------- scanning


async def test_a_code_is_what_is_printed_on_paper(client: Client, shop: Shop) -> None:
    placed = await shop.place(external_reference="W-1001")
    await shop.source()
    await Variant.filter(sku="MUG").update(barcode="4006381333931")
    parcel = await FulfilmentOrder.get(order_id=placed.order_id)
    number = (await Order.get(id=placed.order_id)).number

    async def meant(code: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await client.ask(SCAN, code=code))["scan"]
        return found

    [found] = await meant(f" {parcel.number} ")
    assert found == {
        "__typename": "FulfilmentOrder",
        "id": to_global("FulfilmentOrder", parcel.id),
        "state": "OPEN",
    }
    for code, kind in (
        ("4006381333931", "Variant"),
        ("04006381333931", "Variant"),
        ("MUG", "Variant"),
        (str(number), "Order"),
        ("W-1001", "Order"),
    ):
        assert [each["__typename"] for each in await meant(code)] == [kind], code
    assert await meant("nothing") == await meant("999999999999999999999") == []


async def test_what_has_several_meanings_says_them_all(client: Client, shop: Shop) -> None:
    """A parcel's number may be an order's as well, and a SKU; the parcel is the likeliest."""
    placed = await shop.place()
    await shop.source()
    parcel = await FulfilmentOrder.get(order_id=placed.order_id)
    await execute("UPDATE variants SET sku = $1 WHERE sku = 'POT'", str(parcel.number))
    await execute(
        "UPDATE orders SET external_reference = $1 WHERE id = $2", str(parcel.number), placed.order_id
    )
    found = (await client.ask(SCAN, code=str(parcel.number)))["scan"]
    assert [each["__typename"] for each in found] == ["FulfilmentOrder", "Variant", "Order"]


async def test_a_wave_is_scanned_by_those_who_see_every_channel(client: Client, shop: Shop) -> None:
    await shop.place()
    await shop.source()
    wave = (
        await client.ask('mutation { createWave(input: {warehouse: "leipzig"}) { wave { id number } } }')
    )["createWave"]["wave"]
    [found] = (await client.ask(SCAN, code=f"w{wave['number']}"))["scan"]
    assert (found["__typename"], found["id"]) == ("Wave", wave["id"])
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.web.id}))
    assert (await partner.ask(SCAN, code=f"W{wave['number']}"))["scan"] == []


async def test_a_limited_key_scans_its_own_channel(client: Client, shop: Shop) -> None:
    placed = await shop.place(external_reference="W-1")
    await shop.source()
    parcel = await FulfilmentOrder.get(order_id=placed.order_id)
    for channel, kinds in ((shop.web, ["FulfilmentOrder"]), (shop.market, [])):
        partner = client.limited_to(Scope.READ, channels=frozenset({channel.id}))
        found = (await partner.ask(SCAN, code=str(parcel.number)))["scan"]
        assert [each["__typename"] for each in found] == kinds
        assert len((await partner.ask(SCAN, code="W-1"))["scan"]) == len(kinds)


def test_leading_zeros_of_a_barcode_come_and_go() -> None:
    assert barcodes("036000291452") == ["36000291452".zfill(length) for length in (12, 13, 14)]
    assert barcodes("0036000291452") == barcodes("036000291452")
    assert barcodes("40063813") == ["40063813", "000040063813", "0000040063813", "00000040063813"]
    assert (barcodes("123"), barcodes("SKU-00012345")) == (["123"], ["SKU-00012345"])


# ---------------------------------------------------------------- release


async def test_many_orders_are_released_at_once(client: Client, shop: Shop) -> None:
    fraud = [await hold(shop) for _ in range(3)]
    both = await hold(shop)
    await hold_order(HoldOrder(order_id=both, reason=HoldReason.PAYMENT), by=TESTER, now=NOW)
    free = (await shop.place()).order_id
    await Job.all().delete()
    unknown = new_id()
    ids = [to_global("Order", key) for key in (*fraud, both, free, unknown)]

    released = (await client.ask(RELEASE, input={"ids": ids, "reason": "FRAUD"}))["m"]
    assert released["userErrors"] == []
    assert [(each["order"] or {}).get("sourcing") for each in released["results"]] == [
        *["WAITING"] * 3,
        "ON_HOLD",  # for its payment
        "WAITING",
        None,
    ]
    assert [each["order"]["version"] for each in released["results"][:5]] == [3, 3, 3, 4, 1]
    assert released["results"][5]["userErrors"] == [{"code": "UNKNOWN_ORDER", "field": "id"}]
    kinds = await fetch_value(
        "SELECT array_agg(payload::text) FROM events WHERE kind = $1", EventKind.ORDER_RELEASED
    )
    assert kinds == ['{"reasons": ["FRAUD"]}'] * 4
    assert await Job.filter(kind="ALLOCATE").count() == 1

    again = (await client.ask(RELEASE, input={"ids": ids[:5], "reason": "FRAUD"}))["m"]
    assert [each["order"]["version"] for each in again["results"]] == [3, 3, 3, 4, 1]
    assert await Job.filter(kind="ALLOCATE").count() == 1


async def test_releasing_many_takes_as_many_statements_as_one(
    client: Client, shop: Shop, statements: Any, unlimited_cost: None
) -> None:
    orders = [to_global("Order", await hold(shop)) for _ in range(11)]
    with statements() as sent:
        await client.ask(RELEASE, input={"ids": orders[:1]})
        one = len(sent)
    with statements() as sent:
        await client.ask(RELEASE, input={"ids": orders[1:]})
        assert len(sent) == one


async def test_a_limited_key_releases_its_own(client: Client, shop: Shop) -> None:
    mine, theirs = await hold(shop, channel="market"), await hold(shop)
    partner = client.limited_to(Scope.ORDERS_WRITE, Scope.READ, channels=frozenset({shop.market.id}))
    ids = [to_global("Order", key) for key in (theirs, mine)]
    results = (await partner.ask(RELEASE, input={"ids": ids}))["m"]["results"]
    assert [each["userErrors"] for each in results] == [[{"code": "UNKNOWN_ORDER", "field": "id"}], []]
    assert (await Order.get(id=theirs)).sourcing == "ON_HOLD"
    for wrong, field in (([], "ids"), (["nonsense"], "ids[0]")):
        refused = (await partner.ask(RELEASE, input={"ids": wrong}))["m"]
        assert refused["userErrors"][0]["field"] == field


async def test_held_orders_are_found_by_their_reason(client: Client, shop: Shop) -> None:
    await hold(shop, HoldReason.FRAUD, external_reference="fraud")
    await hold(shop, HoldReason.PAYMENT, external_reference="unpaid")
    freed = await hold(shop, HoldReason.FRAUD, external_reference="freed")
    await client.ask(RELEASE, input={"ids": [to_global("Order", freed)]})

    async def held(*reasons: str) -> set[str]:
        found = await client.ask(HELD, where={"holdReason": {"in": list(reasons)}})
        return {each["externalReference"] for each in found["orders"]["nodes"]}

    assert await held("FRAUD") == {"fraud"}
    assert await held("FRAUD", "PAYMENT") == {"fraud", "unpaid"}
    assert await held("STOCK") == set()


# ---------------------------------------------------------------- lists of work


async def test_the_lists_hold_what_the_board_counts(client: Client, shop: Shop) -> None:
    for _ in range(4):
        await shop.place()
    await shop.place("market")
    await shop.source()
    numbers: list[Any] = await FulfilmentOrder.all().order_by("number").values_list("number", flat=True)
    days = ("2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-21")
    for number, day in zip(numbers, days, strict=True):
        await execute(
            "UPDATE fulfilment_orders SET planned_ship_on = $1::text::date WHERE number = $2", day, number
        )
    await execute("UPDATE fulfilment_orders SET late = true WHERE number = $1", numbers[3])

    async def found(**where: Any) -> list[int]:
        answer = await client.ask(PARCELS, where=where)
        listed = sorted(each["number"] for each in answer["fulfilmentOrders"]["nodes"])
        assert answer["fulfilmentOrderCount"]["count"] == len(listed)
        return listed

    assert await found(overdue=True) == [numbers[0], numbers[1], numbers[4]]
    assert await found(overdue=False) == numbers
    assert await found(late=True) == [numbers[3]]
    assert await found(late=False, plannedShipOn={"from": "2026-11-21", "to": "2026-11-22"}) == [
        numbers[1],
        numbers[2],
        numbers[4],
    ]
    assert await found(channel={"eq": "market"}) == [numbers[4]]
    assert await found(channel={"eq": "none"}) == []
    board = await client.ask("{ board { workLists { kind count { count } } } }")
    counted = {each["kind"]: each["count"]["count"] for each in board["board"]["workLists"]}
    assert (counted[WorkListKind.OVERDUE_PARCELS], counted[WorkListKind.LATE_PARCELS]) == (3, 1)


async def test_low_stock_is_what_is_left_of_a_variant_everywhere(client: Client, shop: Shop) -> None:
    async def low(most: int, **more: Any) -> list[str]:
        where = {"available": {"range": {"to": most}}}
        return [
            each["sku"] for each in (await client.ask(VARIANTS, where=where, **more))["variants"]["nodes"]
        ]

    assert await low(149) == []
    assert await low(150) == ["CUP", "MUG", "POT"]
    mug = await Variant.get(sku="MUG")
    await set_safety(mug.id, shop.munich.id, 40)
    assert await low(149) == ["MUG"]
    assert await low(109) == []
    await StockLevel.filter(variant_id=mug.id, warehouse_id=shop.munich.id).update(allocated=20)
    assert await low(100) == ["MUG"]  # what is short here takes nothing from elsewhere
    await execute("UPDATE warehouses SET active = false WHERE code = 'leipzig'")
    assert await low(0) == ["MUG"]
    assert await low(50, search="P") == ["POT"]
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.web.id}))
    assert isinstance(await partner.refused(VARIANTS, where={"available": {"eq": 1}}), NotAllowed)


async def test_a_variant_says_what_each_channel_was_told(client: Client, shop: Shop) -> None:
    for channel in ("web", "market"):
        await save_listings(
            channel, [SaveListing(sku="MUG", external_ids={"offer": channel})], by=TESTER, now=NOW
        )
    document = """{ variants(where: {sku: {in: ["MUG", "POT"]}}) {
        nodes { sku listings { channel { code } desired { quantity } } } } }"""
    mug, pot = (await client.ask(document))["variants"]["nodes"]
    assert {each["channel"]["code"] for each in mug["listings"]} == {"web", "market"}
    assert pot["listings"] == []
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.web.id}))
    [mug, _] = (await partner.ask(document))["variants"]["nodes"]
    assert [each["channel"]["code"] for each in mug["listings"]] == ["web"]


async def test_imports_that_stopped_are_found(client: Client, shop: Shop) -> None:
    stopped = await upload(b'{"external_id": "1"}\n', channel="web")
    await upload(b'{"external_id": "2"}\n', channel="web")
    await pause_import(stopped, by=TESTER, now=NOW)
    found = await client.ask("{ imports(state: PAUSED) { nodes { id } } all: imports { nodes { id } } }")
    assert found["imports"]["nodes"] == [{"id": to_global("Import", stopped)}]
    assert len(found["all"]["nodes"]) == 2


# ---------------------------------------------------------------- training


async def test_only_a_training_company_is_reset(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []
    monkeypatch.setenv("FOREBAY_HOME", str(tmp_path))
    for key in ("", "forebay_of_trainees"):
        monkeypatch.setenv("FOREBAY_TRAINING_KEY", key)
        settings.cache_clear()
        told = (await client.ask(RESET))["m"]["userErrors"]
        asked.append(([error["code"] for error in told], is_asked_for(tmp_path)))
    assert asked == [(["NOT_TRAINING"], False), ([], True)]
    reader = await client.limited_to(Scope.READ).ask(RESET)
    assert [error["code"] for error in reader["m"]["userErrors"]] == ["NOT_ALLOWED"]
