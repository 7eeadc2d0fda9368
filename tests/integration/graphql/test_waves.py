"""Waves as a warehouse's people ask for them."""

from typing import Any

from api.graphql.relay import to_global
from domain.shared.actor import Scope
from domain.shared.refusal import NotAllowed
from tests.integration.graphql.conftest import Client, Shop

WAVE = """id number state shipBy sourcedBefore priorities createdBy releasedBy
    channels { code } warehouse { code }
    progress { parcels toPick picking packed shipped rejected cancelled leftOut }"""
ERRORS = "userErrors { __typename code field ... on WrongWaveState { state allowed } }"
CREATE = (
    f"mutation ($input: PlanWavesInput!) {{ m: createWave(input: $input) {{ wave {{ {WAVE} }} {ERRORS} }} }}"
)
PLAN = f"mutation ($input: PlanWavesInput!) {{ m: planWaves(input: $input) {{ more waves {{ {WAVE} }} {ERRORS} }} }}"
RELEASE = f"""mutation ($input: WaveInput!) {{ m: releaseWave(input: $input) {{
    wave {{ {WAVE} }} leftOut {{ id state }} {ERRORS} }} }}"""
CANCEL = f"mutation ($input: WaveInput!) {{ m: cancelWave(input: $input) {{ wave {{ {WAVE} }} {ERRORS} }} }}"
REMOVE = f"""mutation ($input: RemoveFromWaveInput!) {{ m: removeFromWave(input: $input) {{
    wave {{ {WAVE} }} {ERRORS} }} }}"""
PICK_LIST = """query ($id: ID!) { wave(id: $id) { pickList { pdfPath csvPath packCsvPath
    rows { sku name barcode units parcels variant { sku } }
    parcels { position fulfilmentOrder { number state order { externalReference } lines { sku quantity } } } } } }"""


async def do(client: Client, document: str, **said: Any) -> Any:
    return (await client.ask(document, input=said))["m"]


async def sourced(shop: Shop, orders: int) -> None:
    for _ in range(orders):
        await shop.place()
    await shop.source()


async def test_plan_release_and_read(client: Client, shop: Shop) -> None:
    await sourced(shop, 3)
    planned = await do(client, PLAN, warehouse="leipzig", parcelsMax=2, idempotencyKey="morning")
    assert planned == await do(client, PLAN, warehouse="leipzig", parcelsMax=2, idempotencyKey="morning")
    assert [wave["progress"]["toPick"] for wave in planned["waves"]] == [2, 1]
    first = planned["waves"][0]
    assert (first["state"], first["shipBy"], first["warehouse"]["code"]) == ("OPEN", "2026-11-22", "leipzig")
    assert (first["channels"], first["priorities"], first["createdBy"]) == (None, None, "tester")

    released = await do(client, RELEASE, id=first["id"])
    assert (released["wave"]["state"], released["wave"]["progress"]["picking"], released["leftOut"]) == (
        "RELEASED",
        2,
        [],
    )
    found = await client.ask("""{
        waves(where: {warehouse: {eq: "leipzig"}, state: {eq: RELEASED}, number: {in: [1, 2, 3]},
                      shipBy: {from: "2026-11-22", to: "2026-11-22"}}) { nodes { number state } }
        none: waves(where: {shipBy: {from: "2026-11-23"}}) { nodes { id } }
        open: waves(direction: ASC, where: {state: {eq: OPEN}}) { nodes { number } } }""")
    assert found["waves"]["nodes"] == [{"number": first["number"], "state": "RELEASED"}]
    assert (found["none"]["nodes"], len(found["open"]["nodes"])) == ([], 1)


async def test_a_pick_list_is_read_in_one_request(client: Client, shop: Shop) -> None:
    await sourced(shop, 2)
    wave = (await do(client, CREATE, warehouse="leipzig"))["wave"]
    listed = (await client.ask(PICK_LIST, id=wave["id"]))["wave"]["pickList"]
    assert [(row["sku"], row["units"], row["parcels"]) for row in listed["rows"]] == [
        ("MUG", 4, 2),
        ("POT", 2, 2),
    ]
    assert [parcel["position"] for parcel in listed["parcels"]] == [1, 2]
    assert listed["parcels"][0]["fulfilmentOrder"]["lines"] == [
        {"sku": "MUG", "quantity": 2},
        {"sku": "POT", "quantity": 1},
    ]
    assert listed["pdfPath"] == f"/waves/{wave['id']}/pick-list.pdf"

    number = listed["parcels"][1]["fulfilmentOrder"]["number"]
    scanned = await client.ask(
        """query ($n: WholeNumber!, $wave: ID!) {
             fulfilmentOrders(where: {number: {eq: $n}}) { nodes { number wave { number } } }
             members: fulfilmentOrders(where: {waveId: $wave}) { nodes { number } } }""",
        n=number,
        wave=wave["id"],
    )
    assert scanned["fulfilmentOrders"]["nodes"] == [{"number": number, "wave": {"number": wave["number"]}}]
    assert len(scanned["members"]["nodes"]) == 2
    again = await client.ask("query ($id: ID!) { node(id: $id) { ... on Wave { number } } }", id=wave["id"])
    assert again["node"] == {"number": wave["number"]}


async def test_filters_are_kept_with_the_wave(client: Client, shop: Shop) -> None:
    await shop.place("market", priority="URGENT")
    await sourced(shop, 1)
    said = {"warehouse": "leipzig", "channels": ["market"], "priorities": ["URGENT"], "shipBy": "2026-12-01"}
    wave = (await do(client, CREATE, **said, sourcedBefore="2026-11-23T00:00:00+01:00"))["wave"]
    assert (wave["channels"], wave["priorities"], wave["shipBy"]) == (
        [{"code": "market"}],
        ["URGENT"],
        "2026-12-01",
    )
    assert (wave["sourcedBefore"], wave["progress"]["parcels"]) == ("2026-11-22T23:00:00Z", 1)


async def test_remove_and_cancel(client: Client, shop: Shop) -> None:
    await sourced(shop, 2)
    wave = (await do(client, CREATE, warehouse="leipzig"))["wave"]
    member = (await client.ask("{ fulfilmentOrders(first: 1) { nodes { id } } }"))["fulfilmentOrders"][
        "nodes"
    ][0]["id"]
    smaller = await do(client, REMOVE, id=wave["id"], fulfilmentOrderIds=[member])
    assert (smaller["wave"]["progress"]["parcels"], smaller["wave"]["progress"]["leftOut"]) == (1, 1)
    assert (await do(client, CANCEL, id=wave["id"]))["wave"]["state"] == "CANCELLED"
    assert (await do(client, RELEASE, id=wave["id"]))["userErrors"] == [
        {
            "__typename": "WrongWaveState",
            "code": "WRONG_WAVE_STATE",
            "field": "id",
            "state": "CANCELLED",
            "allowed": ["OPEN"],
        }
    ]


async def test_what_is_wrong_is_told_with_its_field(client: Client, shop: Shop) -> None:
    cases: list[tuple[str, dict[str, Any], str, str | None]] = [
        (CREATE, {"warehouse": "leipzig"}, "NOTHING_DUE", None),
        (CREATE, {"warehouse": "mars"}, "UNKNOWN_WAREHOUSE", "warehouse"),
        (PLAN, {"warehouse": "leipzig", "parcelsMax": 10**30}, "INVALID_WAVE", "parcelsMax"),
        (PLAN, {"warehouse": "leipzig", "channels": ["mars"]}, "UNKNOWN_CHANNEL", "channels"),
        (PLAN, {"warehouse": "leipzig", "sourcedBefore": "noon"}, "INVALID_INPUT", "sourcedBefore"),
        (RELEASE, {"id": to_global("Wave", shop.web.id)}, "UNKNOWN_WAVE", "id"),
        (CANCEL, {"id": to_global("Order", shop.web.id)}, "INVALID_ID", "id"),
        (
            REMOVE,
            {"id": to_global("Wave", shop.web.id), "fulfilmentOrderIds": []},
            "INVALID_WAVE",
            "fulfilmentOrderIds",
        ),
        (
            REMOVE,
            {"id": to_global("Wave", shop.web.id), "fulfilmentOrderIds": ["x"]},
            "INVALID_ID",
            "fulfilmentOrderIds[0]",
        ),
    ]
    for document, said, code, field in cases:
        [error] = (await do(client, document, **said))["userErrors"]
        assert (error["code"], error["field"]) == (code, field)


async def test_the_schedule(client: Client, shop: Shop) -> None:
    await sourced(shop, 2)
    document = """query ($to: Date!) { dispatchSchedule(warehouse: "leipzig", from: "2026-11-22", to: $to) {
        day works planned capacity room toLeave inWaves } }"""
    days = (await client.ask(document, to="2026-11-23"))["dispatchSchedule"]
    day = {"works": True, "capacity": None, "room": None, "inWaves": 0}
    assert days == [
        {"day": "2026-11-22", "planned": 2, "toLeave": 2} | day,
        {"day": "2026-11-23", "planned": 0, "toLeave": 0} | day,
    ]
    refused: Any = await client.refused(document, to="2027-11-23")
    assert (refused.code, refused.field) == ("INVALID_WAVE", "to")


async def test_a_limited_key_sees_no_wave(client: Client, shop: Shop) -> None:
    await sourced(shop, 1)
    wave = (await do(client, CREATE, warehouse="leipzig"))["wave"]
    partner = client.limited_to(Scope.READ, Scope.FULFILMENT_WRITE, channels=frozenset({shop.web.id}))
    for query in (
        "{ waves { nodes { id } } }",
        f'{{ wave(id: "{wave["id"]}") {{ id }} }}',
        f'{{ node(id: "{wave["id"]}") {{ id }} }}',
        f'{{ fulfilmentOrders(where: {{waveId: "{wave["id"]}"}}) {{ nodes {{ id }} }} }}',
        '{ dispatchSchedule(warehouse: "leipzig", from: "2026-11-22", to: "2026-11-22") { day } }',
    ):
        assert isinstance(await partner.refused(query), NotAllowed), query
    for document, said in ((CREATE, {"warehouse": "leipzig"}), (RELEASE, {"id": wave["id"]})):
        assert [e["code"] for e in (await do(partner, document, **said))["userErrors"]] == ["NOT_ALLOWED"]
    own = await partner.ask("{ fulfilmentOrders { nodes { wave { id } } } }")
    assert own["fulfilmentOrders"]["nodes"] == [{"wave": None}]


async def test_many_waves_take_as_many_statements_as_one(client: Client, shop: Shop, statements: Any) -> None:
    await sourced(shop, 6)
    document = """mutation ($input: PlanWavesInput!) { m: planWaves(input: $input) { waves { number
        progress { parcels } warehouse { code } channels { code }
        pickList { rows { sku variant { name } } parcels { fulfilmentOrder { lines { sku } wave { number } } } } } } }"""
    said = {"warehouse": "leipzig"}
    counts = []
    for wanted, size in ((1, 6), (6, 1)):
        with statements() as sent:
            waves = (await do(client, document, **said, parcelsMax=size))["waves"]
        assert len(waves) == wanted
        counts.append(len(sent))
        for wave in (await client.ask("{ waves(where: {state: {eq: OPEN}}) { nodes { id } } }"))["waves"][
            "nodes"
        ]:
            await do(client, CANCEL, id=wave["id"])
    assert abs(counts[0] - counts[1]) <= 1, counts


async def test_releasing_many_takes_as_many_statements_as_one(
    client: Client, shop: Shop, statements: Any
) -> None:
    counts = []
    for parcels in (1, 20):
        await sourced(shop, parcels)
        wave = (await do(client, CREATE, warehouse="leipzig"))["wave"]
        with statements() as sent:
            released = await do(client, RELEASE, id=wave["id"])
        assert released["wave"]["progress"]["picking"] == parcels
        counts.append(len(sent))
    assert counts[0] == counts[1]
