"""A channel hears what it may sell, whatever its platform does meanwhile, and there is proof of it."""

import asyncio
import random
from contextvars import copy_context
from datetime import timedelta
from typing import Any

import pytest

from domain.channels.adapters.contract import HttpAnswer, StockResult
from domain.channels.find import UnknownChannel
from domain.channels.models import Channel, ChannelKind, ChannelLink
from domain.channels.save_channel import SaveChannel, save_channel
from domain.listings.models import Listing, StockPush
from domain.listings.push import begin_push, claim_push, end_push, enqueue_pushes, write_push
from domain.listings.restate import restate_listings
from domain.listings.save_listings import InvalidListing, SaveListing, save_listings
from domain.listings.tell_again import UnknownListing, tell_again
from domain.orders.place_orders import place_orders
from domain.shared.database import execute, fetch_value, records, transaction
from domain.sourcing.allocate import allocate_waiting
from domain.stock.adjust_stock import AdjustReason, AdjustStock, Bucket, adjust_stock
from domain.stock.availability import availability
from domain.stock.find import UnknownSku
from domain.stock.set_stock import SetStock, set_stock
from tests.factories import NOW, TESTER, incoming, make_channel, make_variant
from tests.integration.listings.conftest import Trade
from tests.integration.listings.platform import Late
from tests.partner import Answer, Misbehaviour, Received, json_answer


async def sellable(trade: Trade) -> dict[str, int]:
    return {row.sku: row.sellable for row in await availability(["MUG", "TEA"], "shop", by=TESTER)}


async def stated() -> dict[str, int]:
    rows = await records("SELECT v.sku, l.desired FROM listings l JOIN variants v ON v.id = l.variant_id")
    return {row["sku"]: row["desired"] for row in rows}


async def acked() -> dict[str, int]:
    rows = await records("SELECT v.sku, l.acked FROM listings l JOIN variants v ON v.id = l.variant_id")
    return {row["sku"]: row["acked"] for row in rows}


async def adjust(sku: str, units: int) -> None:
    ask = AdjustStock(
        warehouse="leipzig", sku=sku, delta=units, bucket=Bucket.ON_HAND, reason=AdjustReason.FOUND
    )
    await adjust_stock(ask, by=TESTER, now=NOW)


async def agree(trade: Trade, **terms: Any) -> None:
    """Save the channel with other terms."""
    ask = SaveChannel(
        code="shop",
        name="Shop",
        kind=ChannelKind.ONLINE_STORE,
        currency="EUR",
        timezone="Europe/Berlin",
        settings=trade.channel.settings,
        **terms,
    )
    await save_channel(ask, by=TESTER, now=NOW)


async def test_a_new_listing_is_told_what_may_be_sold(trade: Trade) -> None:
    await trade.push()
    assert trade.shop.stock == {"MUG": 10, "TEA": 10}
    for listing in await Listing.all():
        assert (listing.desired, listing.sent, listing.acked) == (10, 10, 10)
        assert listing.acked_version == listing.sent_version == listing.desired_version
    [push] = await StockPush.all()
    assert (push.listings, push.heard, push.status) == (2, 2, 200)
    assert push.error is None


async def test_only_what_changed_is_told_and_only_the_latest(trade: Trade) -> None:
    await trade.settle()
    trade.shop.partner.received.clear()
    for _ in range(3):
        await adjust("MUG", 1)
        await trade.follow()
    await trade.push()
    assert trade.shop.told == ["MUG"]
    assert trade.shop.stock == {"MUG": 13, "TEA": 10}
    await trade.settle()
    assert len(trade.shop.pushes) == 1


async def test_an_order_lowers_what_may_be_sold_before_and_after_it_is_allocated(trade: Trade) -> None:
    await trade.settle()
    await place_orders([incoming("shop", {"MUG": 4})], by=TESTER, now=NOW)
    await trade.settle()
    assert trade.shop.stock["MUG"] == 6
    trade.shop.partner.received.clear()
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
    await trade.settle()
    assert trade.shop.told == []
    assert await sellable(trade) == trade.shop.stock


async def test_share_buffer_and_safety_stock_are_followed(trade: Trade) -> None:
    await trade.settle()
    await agree(trade, stock_share_bp=5_000, stock_buffer=1)
    await set_stock(SetStock(warehouse="leipzig", sku="TEA", quantity=10, safety=4), by=TESTER, now=NOW)
    await trade.settle()
    assert trade.shop.stock == {"MUG": 4, "TEA": 2} == await sellable(trade)


async def test_who_waited_for_a_listing_reads_its_stock_afterwards(trade: Trade) -> None:
    """A change of terms restates all listings, while a rival states anew what one of them has."""
    await agree(trade, stock_buffer=1)
    mug, outside = await Listing.get(id=trade.listings[0]), copy_context()
    async with transaction():
        await execute("SELECT FROM listings WHERE id = $1 FOR NO KEY UPDATE", mug.id)
        waiting = asyncio.create_task(trade.work("RESTATE_LISTINGS"), context=outside)
        while not await fetch_value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
        await adjust("MUG", -7)
        await restate_listings(variant_ids=[mug.variant_id], now=NOW)
    await waiting
    assert {"MUG": 2, "TEA": 9} == await sellable(trade) == await stated()


async def test_a_listing_that_is_not_sold_any_more_is_told_nothing_is_left(trade: Trade) -> None:
    await trade.settle()
    ended = SaveListing(sku="MUG", external_ids={"offer": "offer-MUG"}, active=False)
    assert await save_listings("shop", [ended], by=TESTER, now=NOW) == trade.listings[:1]
    await trade.settle()
    assert trade.shop.stock == {"MUG": 0, "TEA": 10}


async def test_a_channel_that_is_closed_is_told_nothing_is_left(trade: Trade) -> None:
    await trade.settle()
    await Channel.filter(code="shop").update(active=False)
    await execute("UPDATE listings SET desired_at = desired_at")
    await adjust("MUG", 1)
    await trade.settle()
    assert trade.shop.stock == {"MUG": 0, "TEA": 10}


@pytest.mark.parametrize(
    "trouble",
    [
        HttpAnswer(status=500, body=b"no"),
        HttpAnswer(status=429, headers={"retry-after": "7"}),
        HttpAnswer(status=302, headers={"location": "http://127.0.0.1:1/"}),
        HttpAnswer(status=200, body=b"not json"),
        Misbehaviour.CLOSES,
        Misbehaviour.CLOSES_EARLY,
    ],
    ids=str,
)
async def test_whatever_the_platform_does_it_converges(trade: Trade, trouble: Answer) -> None:
    trade.shop.before = lambda _: trouble
    await trade.settle()
    assert trade.shop.stock == {}
    assert await Listing.filter(acked_version=0).count() == 2
    assert await StockPush.filter(heard=0).exclude(error=None).count() >= 1
    trade.shop.before = lambda _: None
    await adjust("TEA", 5)
    for _ in range(12):
        trade.pass_time(minutes=6)
        await trade.settle()
    assert trade.shop.stock == {"MUG": 10, "TEA": 15}
    assert await Listing.filter(acked_version=0).count() == 0


async def test_a_platform_that_asks_for_patience_gets_it(trade: Trade) -> None:
    trade.shop.before = lambda _: HttpAnswer(status=429, headers={"retry-after": "30"})
    await trade.settle()
    asked = len(trade.shop.partner.received)
    trade.pass_time(seconds=29)
    await trade.settle()
    assert len(trade.shop.partner.received) == asked == 1
    link = await ChannelLink.get(channel_id=trade.channel.id)
    assert link.not_before == NOW + timedelta(seconds=30)
    assert "429" in (link.last_error or "")
    trade.pass_time(seconds=2)
    trade.shop.before = lambda _: None
    await trade.settle()
    assert trade.shop.stock == {"MUG": 10, "TEA": 10}


async def test_a_listing_it_would_take_later_waits_as_long_as_it_says(trade: Trade) -> None:
    """Whether the platform says so beside the listing or of the request as a whole, it is no time of ours that counts."""

    def throttled(request: Received) -> Answer:
        first, second = request.json["data"]["listings"]
        said = [
            {"id": first["id"], "error": "throttled", "again": True},
            {"id": second["id"], "quantity": 10},
        ]
        return json_answer({"listings": said}, retry_after="3")

    trade.shop.before = throttled
    await trade.settle()
    assert len(trade.shop.pushes) == 1, "nothing more is said for the moment"
    [late] = await Listing.filter(acked_version=0)
    assert late.retry_at == NOW + timedelta(seconds=3)
    trade.shop.before = lambda _: None
    trade.pass_time(seconds=2)
    await trade.settle()
    assert len(trade.shop.pushes) == 1
    trade.pass_time(seconds=2)
    await trade.settle()
    assert await Listing.filter(acked_version=0).count() == 0


async def test_one_listing_that_is_refused_does_not_keep_its_neighbours(trade: Trade) -> None:
    for number in range(9):
        await make_variant(f"S{number}")
    more = [SaveListing(sku=f"S{number}", external_ids={"offer": f"{number}"}) for number in range(9)]
    await save_listings("shop", more, by=TESTER, now=NOW)

    def bad(request: Received) -> Answer | None:
        skus = [listing["sku"] for listing in request.json["data"]["listings"]]
        return HttpAnswer(status=422, body=b"unknown offer") if "S3" in skus else None

    trade.shop.before = bad
    await trade.push()
    assert set(trade.shop.stock) == {"MUG", "TEA", *(f"S{number}" for number in range(9))} - {"S3"}
    [failed] = await Listing.exclude(error=None)
    assert "unknown offer" in failed.error
    assert failed.retry_at is not None
    assert failed.retry_at > NOW
    trade.shop.partner.received.clear()
    await trade.push()
    assert trade.shop.told == []


async def test_errors_of_single_listings_are_kept_beside_them(trade: Trade) -> None:
    def half(request: Received) -> Answer:
        first, second = request.json["data"]["listings"]
        said = [{"id": first["id"], "error": "no such offer"}, {"id": second["id"], "quantity": 7}]
        return json_answer({"listings": said})

    trade.shop.before = half
    await trade.push()
    errors = {listing.error for listing in await Listing.all()}
    assert errors == {"no such offer", "it confirmed 7 instead of 10"}
    assert await Listing.filter(acked_version=0).count() == 2


async def test_what_was_overtaken_while_it_was_told_is_told_again(trade: Trade) -> None:
    await enqueue_pushes(now=NOW)
    due = await claim_push(trade.channel.id, 1, trade.listings, now=NOW)
    await adjust("MUG", 3)
    await trade.follow()
    results = [StockResult(listing_id=each.listing_id, acknowledged=each.quantity) for each in due]
    await write_push(trade.channel.id, due, results, status=200, sent_at=NOW, now=NOW)
    mug = await Listing.get(id=trade.listings[0])
    assert (mug.acked, mug.desired) == (10, 13)
    assert mug.acked_version < mug.desired_version
    trade.pass_time(minutes=2)
    await trade.push()
    assert trade.shop.told == ["MUG"]
    assert trade.shop.stock["MUG"] == 13


async def test_a_pusher_that_died_is_followed_by_another(trade: Trade) -> None:
    assert await enqueue_pushes(now=NOW) == 1
    await claim_push(trade.channel.id, 1, trade.listings, now=NOW)
    assert await enqueue_pushes(now=NOW + timedelta(seconds=60)) == 0
    trade.pass_time(seconds=91)
    await trade.push()
    assert trade.shop.stock == {"MUG": 10, "TEA": 10}


async def test_one_pusher_a_channel(trade: Trade) -> None:
    found = await asyncio.gather(*(enqueue_pushes(now=NOW) for _ in range(8)))
    assert sum(found) == 1


async def test_who_lost_the_lease_says_nothing_more(trade: Trade) -> None:
    """A platform takes so long over a request that a second round begins, and ends: what the first one knows is old."""
    late = Late()
    trade.shop.before, trade.shop.knows_versions = late.once, False
    first = asyncio.create_task(trade.push())
    await late.asked.wait()
    await adjust("MUG", -7)
    await trade.follow()
    trade.pass_time(seconds=91)
    await trade.push()
    late.go_on.set()
    await first
    assert {"MUG": 3, "TEA": 10} == trade.shop.stock == await acked()
    assert len(trade.shop.pushes) == 2, "the first round's halves are not said any more"


async def test_of_a_batch_the_latest_is_said(trade: Trade) -> None:
    late = Late()
    trade.shop.before = late.once
    pushing = asyncio.create_task(trade.push())
    await late.asked.wait()
    await adjust("MUG", -7)
    await trade.follow()
    late.go_on.set()
    await pushing
    assert {"MUG": 3, "TEA": 10} == trade.shop.stock == await acked()
    assert len(trade.shop.pushes) == 3


async def test_of_several_with_one_job_one_begins_and_only_the_holder_lets_go(trade: Trade) -> None:
    await enqueue_pushes(now=NOW)
    begun = await asyncio.gather(*(begin_push(trade.channel.id, 1, now=NOW) for _ in range(4)))
    assert sorted(begun, key=str) == [2, None, None, None]
    assert await enqueue_pushes(now=NOW + timedelta(seconds=91)) == 1
    await end_push(trade.channel.id, 2)
    assert await enqueue_pushes(now=NOW + timedelta(seconds=92)) == 0
    await end_push(trade.channel.id, 3)
    assert await enqueue_pushes(now=NOW + timedelta(seconds=92)) == 1


async def test_what_the_platform_has_is_looked_at_and_mended(trade: Trade) -> None:
    await trade.settle()
    trade.shop.stock["MUG"] = 3
    await trade.observe()
    mug, tea = await Listing.get(id=trade.listings[0]), await Listing.get(id=trade.listings[1])
    assert (mug.observed, mug.differs_since, tea.observed, tea.differs_since) == (3, NOW, 10, None)
    trade.pass_time(minutes=2)
    await trade.observe()
    assert (await Listing.get(id=mug.id)).differs_since == NOW
    await tell_again([mug.id], by=TESTER, now=trade.now)
    await trade.push()
    assert trade.shop.stock["MUG"] == 10
    trade.pass_time(minutes=2)
    await trade.observe()
    mug = await Listing.get(id=mug.id)
    assert (mug.observed, mug.differs_since) == (10, None)


async def test_listings_that_cannot_be_are_refused_and_nothing_is_saved(trade: Trade) -> None:
    right = SaveListing(sku="MUG", external_ids={"offer": "new"})
    for wrong, refusal in (
        (SaveListing(sku="NONE", external_ids={"offer": "x"}), UnknownSku),
        (SaveListing(sku="MUG", external_ids={}), InvalidListing),
        (SaveListing(sku="MUG", external_ids={"offer": ""}), InvalidListing),
        (SaveListing(sku="TEA", external_ids={"offer": "new"}), InvalidListing),
    ):
        with pytest.raises(refusal):
            await save_listings("shop", [right, wrong], by=TESTER, now=NOW)
    with pytest.raises(UnknownChannel):
        await save_listings("elsewhere", [right], by=TESTER, now=NOW)
    with pytest.raises(InvalidListing):
        await save_listings("shop", [], by=TESTER, now=NOW)
    with pytest.raises(UnknownListing):
        await tell_again([trade.channel.id], by=TESTER, now=NOW)
    assert await Listing.all().count() == 2


async def test_stock_converges_through_a_platform_in_trouble(trade: Trade) -> None:
    """Orders and deliveries in any order, a platform that fails half of the time: in the end it says what is true."""
    dice = random.Random(11)
    troubles: list[Answer] = [HttpAnswer(status=503), Misbehaviour.CLOSES, HttpAnswer(status=429)]
    trade.shop.before = lambda _: dice.choice(troubles) if dice.random() < 0.5 else None
    for step in range(30):
        sku = dice.choice(["MUG", "TEA"])
        if dice.random() < 0.6:
            await place_orders([incoming("shop", {sku: dice.randint(1, 3)})], by=TESTER, now=NOW)
        else:
            await adjust(sku, dice.randint(1, 4))
        if step % 3 == 0:
            await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
        trade.pass_time(seconds=20)
        await trade.settle()
    trade.shop.before = lambda _: None
    trade.pass_time(minutes=10)
    await trade.settle()
    assert trade.shop.stock == await sellable(trade)


async def test_a_change_of_some_skus_pushes_these_listings_alone(trade: Trade) -> None:
    """Of 2,000 listings on two channels, 20 SKUs change: 40 listings are restated, and no other."""
    await execute("""
        INSERT INTO products (id, code, name, created_at) VALUES (gen_random_uuid(), 'many', 'Many', now());
        INSERT INTO variants (id, product_id, sku, name, weight_g, created_at)
        SELECT gen_random_uuid(), (SELECT id FROM products WHERE code = 'many'), 'N' || n, 'N', 1, now()
        FROM generate_series(1, 1000) n
    """)
    await make_channel("other", settings={"endpoint": "http://127.0.0.1:1"})
    for code in ("shop", "other"):
        for start in (1, 501):
            many = [
                SaveListing(sku=f"N{n}", external_ids={"offer": f"{n}"}) for n in range(start, start + 500)
            ]
            await save_listings(code, many, by=TESTER, now=NOW)
    await trade.settle()
    before = await fetch_value("SELECT sum(desired_version) FROM listings")
    for n in range(1, 1000, 50):
        await set_stock(SetStock(warehouse="leipzig", sku=f"N{n}", quantity=5), by=TESTER, now=NOW)
    trade.shop.partner.received.clear()
    await trade.settle()
    assert await fetch_value("SELECT sum(desired_version) FROM listings") == before + 40
    assert sorted(trade.shop.told) == sorted(f"N{n}" for n in range(1, 1000, 50))
