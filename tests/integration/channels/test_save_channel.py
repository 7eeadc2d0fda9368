"""Channels: upserts, the currency that stays, and backorders that a new warehouse may serve."""

from typing import Any

import pytest

from domain.channels.models import Channel, ChannelKind
from domain.channels.save_channel import CurrencyInUse, InvalidChannel, SaveChannel, save_channel
from domain.jobs.kinds import JobKind
from domain.jobs.models import Job
from domain.orders.place_orders import place_orders
from domain.shared.actor import Actor, Scope
from domain.shared.database import fetch_value, records
from domain.shared.ids import new_id
from domain.shared.refusal import NotAllowed
from domain.sourcing.allocate import allocate_waiting
from tests.databases import Database
from tests.factories import NOW, TESTER, incoming, make_variant, make_warehouse, stock_up


def shop(**fields: Any) -> SaveChannel:
    defaults: dict[str, Any] = {
        "code": "shop",
        "name": "Shop",
        "kind": ChannelKind.ONLINE_STORE,
        "currency": "EUR",
        "timezone": "Europe/Berlin",
    }
    return SaveChannel(**(defaults | fields))


async def served() -> set[str]:
    rows = await records(
        "SELECT w.code FROM channel_warehouses cw JOIN warehouses w ON w.id = cw.warehouse_id"
    )
    return {row["code"] for row in rows}


async def test_saving_again_changes_the_channel_and_what_it_sells_from(database: Database) -> None:
    for code in ("berlin", "munich", "paris"):
        await make_warehouse(code)
    first = await save_channel(shop(warehouses=("berlin", "munich")), by=TESTER, now=NOW)

    again = await save_channel(
        shop(name="Store", priority=7, active=False, currency="USD", warehouses=("paris", "munich")),
        by=TESTER,
        now=NOW,
    )

    assert again == first
    channel = await Channel.get(code="shop")
    assert (channel.name, channel.priority, channel.active, channel.currency) == ("Store", 7, False, "USD")
    assert await served() == {"munich", "paris"}
    await save_channel(shop(), by=TESTER, now=NOW)
    assert await served() == set()


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("code", {"code": "Shop"}),
        ("code", {"code": "shop\n"}),
        ("name", {"name": " "}),
        ("platform", {"platform": "no-such-platform"}),
        ("settings.endpoint", {"settings": {"endpoint": "ftp://shop.example"}}),
        ("settings.endpoint", {"settings": {"endpoint": "https://user:secret@shop.example"}}),
        ("settings.skuMap", {"settings": {"skuMap": {"A": 1}}}),
        ("settings.columns", {"settings": {"columns": ["A"]}}),
        ("settings.columns.colour", {"settings": {"columns": {"colour": "Farbe"}}}),
        ("settings.delimiter", {"settings": {"csv": {"delimiter": "-"}}}),
        ("settings", {"settings": {"x": "nul\x00"}}),
        ("currency", {"currency": "eur"}),
        ("timezone", {"timezone": "Europe"}),
        ("timezone", {"timezone": "../../etc/passwd"}),
        ("priority", {"priority": 1_001}),
        ("stockShareBp", {"stock_share_bp": 10_001}),
        ("stockBuffer", {"stock_buffer": -1}),
        ("warehouses[1]", {"warehouses": ("berlin", "nowhere")}),
        ("warehouses[0]", {"warehouses": ("nul\x00",)}),
    ],
)
async def test_what_cannot_be_right_is_refused_with_its_field(
    database: Database, field: str, bad: dict[str, Any]
) -> None:
    await make_warehouse("berlin")

    with pytest.raises(InvalidChannel) as refused:
        await save_channel(shop(**bad), by=TESTER, now=NOW)

    assert refused.value.field == field
    assert await Channel.all().count() == 0


async def test_settings_stay_until_others_are_given(database: Database) -> None:
    await save_channel(shop(settings={"skuMap": {"A": "B"}}), by=TESTER, now=NOW)
    await save_channel(shop(), by=TESTER, now=NOW)
    channel = await Channel.get(code="shop")
    assert (channel.settings, channel.settings_version) == ({"skuMap": {"A": "B"}}, 1)

    await save_channel(shop(settings={}), by=TESTER, now=NOW)
    channel = await Channel.get(code="shop")
    assert (channel.settings, channel.settings_version) == ({}, 2)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-22T14:03:00",
        "2026-W47-7T14:03:00+01:00",
        "20261122T140300+01:00",
        "2026-11-22T14:03:00,5+01:00",
        "2026-11-22T14:03:00+23:00",
        "2026-02-30T14:03:00Z",
        "0001-01-01T00:00:00+14:00",
        1,
    ],
)
async def test_a_time_that_the_database_reads_otherwise_is_none(database: Database, moment: object) -> None:
    with pytest.raises(InvalidChannel) as refused:
        await save_channel(shop(settings={"pollFrom": moment}), by=TESTER, now=NOW)
    assert refused.value.field == "settings.pollFrom"
    assert await Channel.all().count() == 0


async def test_only_an_admin_changes_where_credentials_go(database: Database) -> None:
    clerk = Actor(name="clerk", scopes=frozenset({Scope.CATALOG_WRITE}))
    here, there = ({"endpoint": f"https://{place}.example"} for place in ("here", "there"))
    await save_channel(shop(settings=here), by=TESTER, now=NOW)

    for moved in (there, {}):
        with pytest.raises(NotAllowed):
            await save_channel(shop(settings=moved), by=clerk, now=NOW)

    await save_channel(shop(settings=here | {"columns": {}}, name="Store"), by=clerk, now=NOW)
    assert (await Channel.get(code="shop")).settings == here | {"columns": {}}


async def test_the_currency_of_a_channel_with_orders_stays(database: Database) -> None:
    await save_channel(shop(), by=TESTER, now=NOW)
    await make_variant("A")
    await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)

    with pytest.raises(CurrencyInUse):
        await save_channel(shop(currency="USD", name="Store"), by=TESTER, now=NOW)

    channel = await Channel.get(code="shop")
    assert (channel.currency, channel.name) == ("EUR", "Shop")


async def test_a_key_for_other_channels_saves_none(database: Database) -> None:
    shop_id = await save_channel(shop(), by=TESTER, now=NOW)
    partner = Actor(name="partner", channel_ids=frozenset({new_id()}))
    owner = Actor(name="owner", channel_ids=frozenset({shop_id}))

    for ask in (shop(name="Mine"), shop(code="new")):
        with pytest.raises(NotAllowed):
            await save_channel(ask, by=partner, now=NOW)

    assert await save_channel(shop(name="Ours"), by=owner, now=NOW) == shop_id
    assert await fetch_value("SELECT array_agg(code || name) FROM channels") == ["shopOurs"]


async def test_backorders_are_looked_at_again_when_a_warehouse_is_added(database: Database) -> None:
    empty, full = await make_warehouse("empty"), await make_warehouse("full")
    await save_channel(shop(warehouses=(empty.code,)), by=TESTER, now=NOW)
    variant = await make_variant("A")
    await stock_up(full, {"A": 5})
    await place_orders([incoming("shop", {"A": 1})], by=TESTER, now=NOW)
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
    await Job.all().delete()

    await save_channel(shop(warehouses=(empty.code,)), by=TESTER, now=NOW)
    assert await Job.all().count() == 0

    await save_channel(shop(warehouses=(empty.code, full.code)), by=TESTER, now=NOW)
    [job] = await Job.exclude(kind="RESTATE_LISTINGS")
    assert (job.kind, job.payload) == (JobKind.FILL_BACKORDERS, {"variant_ids": [str(variant.id)]})
