"""Saving and reading channels, warehouses and variants; dead letters."""

from typing import Any

from domain.catalog.models import Variant
from domain.jobs.enqueue import enqueue
from domain.jobs.kinds import JobKind
from domain.jobs.models import Job
from domain.shared.actor import Scope
from domain.shared.refusal import NotAllowed
from tests.factories import NOW
from tests.integration.graphql.conftest import Client, Shop

CHANNEL = """mutation ($input: SaveChannelInput!) { saveChannel(input: $input) {
    channel { code name kind currencyCode stockShareBp active warehouses { code } } userErrors { code field } } }"""
WAREHOUSE = """mutation ($input: SaveWarehouseInput!) { saveWarehouse(input: $input) {
    warehouse { code shipmentCost { amount currencyCode } kmCost { amount } dailyCapacity } userErrors { code field } } }"""
VARIANTS = """mutation ($input: SaveVariantsInput!) { saveVariants(input: $input) {
    variants { sku weightG product { code brand } } userErrors { code field } } }"""
DEAD = "{ deadJobs { nodes { id kind payload attempts lastError } } }"
JOB = "mutation ($id: ID!) { job: %sJob(input: {id: $id}) { id userErrors { code } } }"

MARKET = {
    "code": "market",
    "name": "Market",
    "kind": "MARKETPLACE",
    "currencyCode": "EUR",
    "timezone": "Europe/Berlin",
}
KASSEL = {
    "code": "kassel",
    "name": "Kassel",
    "countryCode": "DE",
    "latitude": 51.3,
    "longitude": 9.5,
    "timezone": "Europe/Berlin",
    "shipmentMinor": 420,
    "kgMinor": 30,
    "kmMillis": 1500,
    "cutoffMinute": 900,
}


async def test_a_channel_is_created_and_changed(client: Client, shop: Shop) -> None:
    said: dict[str, Any] = MARKET | {"code": "bazaar", "stockShareBp": 5000, "warehouses": ["munich"]}
    saved = (await client.ask(CHANNEL, input=said))["saveChannel"]["channel"]
    assert (saved["stockShareBp"], saved["warehouses"]) == (5000, [{"code": "munich"}])
    renamed = (await client.ask(CHANNEL, input=said | {"name": "Bazaar", "active": False}))["saveChannel"][
        "channel"
    ]
    assert (renamed["name"], renamed["active"]) == ("Bazaar", False)

    async def refused(**wrong: Any) -> tuple[str, str]:
        [error] = (await client.ask(CHANNEL, input=said | wrong))["saveChannel"]["userErrors"]
        return error["code"], error["field"]

    assert await refused(currencyCode="euro") == ("INVALID_CHANNEL", "currencyCode")
    assert await refused(warehouses=["nowhere"]) == ("INVALID_CHANNEL", "warehouses[0]")
    assert await refused(stockShareBp=10**30) == ("INVALID_CHANNEL", "stockShareBp")
    assert await refused(name="\x00") == ("INVALID_CHANNEL", "name")


async def test_a_warehouse_is_saved_with_its_tariff(client: Client, shop: Shop) -> None:
    saved = (await client.ask(WAREHOUSE, input=KASSEL))["saveWarehouse"]
    assert saved == {
        "warehouse": {
            "code": "kassel",
            "shipmentCost": {"amount": "4.20", "currencyCode": "EUR"},
            "kmCost": {"amount": "0.01500"},
            "dailyCapacity": None,
        },
        "userErrors": [],
    }
    wrong = (await client.ask(WAREHOUSE, input=KASSEL | {"shipmentMinor": -1}))["saveWarehouse"]
    assert wrong == {
        "warehouse": None,
        "userErrors": [{"code": "INVALID_WAREHOUSE", "field": "shipmentMinor"}],
    }


async def test_variants_are_saved_all_or_none(client: Client, shop: Shop) -> None:
    variants = [
        {"sku": f"TEA-{n}", "name": "Tea", "weightG": 100 + n, "productCode": "TEA", "brand": "Leaf"}
        for n in (2, 1)
    ]
    saved = (await client.ask(VARIANTS, input={"variants": variants}))["saveVariants"]
    assert [(v["sku"], v["weightG"], v["product"]["brand"]) for v in saved["variants"]] == [
        ("TEA-2", 102, "Leaf"),
        ("TEA-1", 101, "Leaf"),
    ]
    listed = await client.ask(
        '{ variants(search: "TEA", first: 1) { nodes { sku } pageInfo { hasNextPage } } }'
    )
    assert listed["variants"] == {"nodes": [{"sku": "TEA-1"}], "pageInfo": {"hasNextPage": True}}

    before = await Variant.all().count()
    wrong = [{"sku": "NEW", "name": "New", "weightG": 1}, {"sku": "", "name": "x", "weightG": 1}]
    refused = (await client.ask(VARIANTS, input={"variants": wrong}))["saveVariants"]
    assert refused == {
        "variants": [],
        "userErrors": [{"code": "INVALID_VARIANT", "field": "variants[1].sku"}],
    }
    many = [{"sku": f"S{n}", "name": "x", "weightG": 1} for n in range(501)]
    refused = (await client.ask(VARIANTS, input={"variants": many}))["saveVariants"]
    assert [error["field"] for error in refused["userErrors"]] == ["variants"]
    assert await Variant.all().count() == before


async def test_saving_takes_the_scope(client: Client, shop: Shop) -> None:
    reader = client.limited_to(Scope.READ, Scope.ORDERS_WRITE)
    for document, said in ((CHANNEL, MARKET), (WAREHOUSE, KASSEL), (VARIANTS, {"variants": []})):
        [answer] = (await reader.ask(document, input=said)).values()
        assert [error["code"] for error in answer["userErrors"]] == ["NOT_ALLOWED"]


async def test_dead_jobs_are_replayed_or_discarded(client: Client, shop: Shop) -> None:
    replayed, discarded = [await enqueue(JobKind.ALLOCATE, {"n": n}, now=NOW) for n in (1, 2)]
    await Job.filter(id__in=[replayed, discarded]).update(
        state="DEAD", attempts=8, last_error="it was raining"
    )
    dead = (await client.ask(DEAD))["deadJobs"]["nodes"]
    assert {job["payload"]["n"] for job in dead} == {1, 2}
    assert dead[0]["lastError"] == "it was raining"

    ids = {job["payload"]["n"]: job["id"] for job in dead}
    assert (await client.ask(JOB % "replay", id=ids[1]))["job"] == {"id": ids[1], "userErrors": []}
    assert (await client.ask(JOB % "discard", id=ids[2]))["job"] == {"id": ids[2], "userErrors": []}
    assert (await client.ask(JOB % "replay", id=ids[2]))["job"]["userErrors"] == [
        {"code": "UNKNOWN_DEAD_JOB"}
    ]
    assert (await client.ask(DEAD))["deadJobs"]["nodes"] == []
    assert (await Job.get(id=replayed)).state == "WAITING"

    reader = client.limited_to(Scope.READ)
    assert isinstance(await reader.refused(DEAD), NotAllowed)
    assert [
        error["code"] for error in (await reader.ask(JOB % "discard", id=ids[1]))["job"]["userErrors"]
    ] == ["NOT_ALLOWED"]
