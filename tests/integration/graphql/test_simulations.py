"""Simulations through the schema."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from api.graphql.relay import to_global, uuid_of
from domain.jobs.models import Job
from domain.shared.actor import Scope
from domain.shared.refusal import NotAllowed
from domain.shared.settings import Settings
from tests.factories import NOW, OUTSIDE
from tests.integration.graphql.conftest import Client, Shop
from workers.handling import Work
from workers.jobs.simulate import simulate

LATER = NOW + timedelta(hours=1)
SIDE = "{ orders unitsFilled fillRate splitRate shipments distanceKmPerShipment cost { amount currencyCode } load { warehouse parcels units } }"
FIELDS = f"""id state done error from to ruleSet {{ version }}
    report {{ actual {SIDE} baseline {SIDE} candidate {SIDE} ordersChanged assumptions
              difference {{ cost {{ amount }} unitsFilled shipments distanceKm load {{ warehouse parcels }} }} }}
    changes(first: 1) {{ nodes {{ saved {{ amount }} order {{ number }} was {{ warehouses }}
                                  wouldBe {{ warehouses cost {{ amount }} unitsFilled explanation }} }}
                         pageInfo {{ hasNextPage endCursor }} }}"""
SIMULATE = f"""mutation ($input: SimulateSourcingInput!) {{ simulateSourcing(input: $input) {{
    simulation {{ {FIELDS} }} userErrors {{ __typename code field }} }} }}"""
READ = f"query ($id: ID!) {{ simulation(id: $id) {{ {FIELDS} }} node(id: $id) {{ id }} }}"
MORE = """query ($id: ID!, $after: String) { simulation(id: $id) { changes(after: $after) {
    nodes { saved { amount } } } } }"""
DRAFT = """mutation ($input: DraftRuleSetInput!) { draftRuleSet(input: $input) { ruleSet { id } userErrors { code field } } }"""
ACTIVE = to_global("RuleSet", UUID("01900000-0000-7000-8000-000000000001"))
SPAN = {"from": (NOW - timedelta(hours=1)).isoformat(), "to": (NOW + timedelta(minutes=1)).isoformat()}


async def asked(client: Client, **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.ask(SIMULATE, input=SPAN | said))["simulateSourcing"]
    return answer


async def worked(simulation: dict[str, Any]) -> None:
    payload = {"simulation_id": str(uuid_of(simulation["id"], "Simulation"))}
    await simulate(Work(payloads=[payload], settings=Settings(), outside=OUTSIDE, now=lambda: LATER))


def later(client: Client) -> Client:
    return Client(actor=client.actor, intake=client.intake, hub=client.hub, now=LATER)


async def test_a_simulation_goes_its_way(client: Client, shop: Shop) -> None:
    for _ in range(3):
        await shop.place()
    await shop.source()
    client = later(client)
    rule = {"rule": "WAREHOUSE", "values": ["munich"]}
    drafted = (
        await client.ask(DRAFT, input={"name": "South", "routings": [{"name": "South", "eligible": [rule]}]})
    )["draftRuleSet"]
    assert drafted["userErrors"] == []
    waiting = (await asked(client, ruleSetId=drafted["ruleSet"]["id"]))["simulation"]
    assert (waiting["state"], waiting["done"], waiting["report"]) == ("WAITING", 0, None)
    assert await Job.filter(kind="SIMULATE").count() == 1

    await worked(waiting)
    read = await client.ask(READ, id=waiting["id"])
    done = read["simulation"]
    assert read["node"] == {"id": waiting["id"]}
    assert (done["state"], done["done"], done["error"], done["ruleSet"]["version"]) == ("DONE", 1, None, 2)
    report = done["report"]
    assert report["baseline"] == report["actual"]
    assert report["candidate"]["load"] == [{"warehouse": "munich", "parcels": 3, "units": 9}]
    assert report["candidate"]["fillRate"] == 1
    assert report["difference"]["load"] == [
        {"warehouse": "leipzig", "parcels": -3},
        {"warehouse": "munich", "parcels": 3},
    ]
    [change] = done["changes"]["nodes"]
    assert (change["was"]["warehouses"], change["wouldBe"]["warehouses"]) == (["leipzig"], ["munich"])
    info = done["changes"]["pageInfo"]
    assert info["hasNextPage"]
    rest = (await client.ask(MORE, id=done["id"], after=info["endCursor"]))["simulation"]["changes"]["nodes"]
    assert len(rest) == 2
    listed = (await client.ask("{ simulations { nodes { id state } } }"))["simulations"]["nodes"]
    assert listed == [{"id": done["id"], "state": "DONE"}]


async def test_the_same_key_asks_once(client: Client, shop: Shop) -> None:
    client = later(client)
    first, again = [await asked(client, ruleSetId=ACTIVE, idempotencyKey="once") for _ in range(2)]
    assert first == again
    assert await Job.filter(kind="SIMULATE").count() == 1


async def test_wrong_spans_and_rules_are_named(client: Client, shop: Shop) -> None:
    client = later(client)

    async def refused(**wrong: Any) -> tuple[str, str]:
        answer = await asked(client, **({"ruleSetId": ACTIVE} | wrong))
        assert answer["simulation"] is None
        [error] = answer["userErrors"]
        return error["code"], error["field"]

    assert await refused(to=SPAN["from"]) == ("INVALID_SPAN", "to")
    assert await refused(**{"from": "2026-01-01T00:00:00Z"}) == ("INVALID_SPAN", "from")
    assert await refused(**{"from": "yesterday"}) == ("INVALID_INPUT", "from")
    assert await refused(ruleSetId=to_global("RuleSet", UUID(int=1))) == ("UNKNOWN_RULE_SET", "ruleSetId")
    assert await refused(ruleSetId="x") == ("INVALID_ID", "ruleSetId")


async def test_keys_limited_to_channels_see_none(client: Client, shop: Shop) -> None:
    kept = (await asked(later(client), ruleSetId=ACTIVE))["simulation"]["id"]
    partner = client.limited_to(Scope.READ, Scope.CATALOG_WRITE, channels=frozenset({shop.web.id}))
    for document in (
        f'{{ simulation(id: "{kept}") {{ id }} }}',
        "{ simulations { nodes { id } } }",
        f'{{ node(id: "{kept}") {{ id }} }}',
    ):
        assert isinstance(await partner.refused(document), NotAllowed)
    for key in (partner, client.limited_to(Scope.READ)):
        assert [no["code"] for no in (await asked(key, ruleSetId=ACTIVE))["userErrors"]] == ["NOT_ALLOWED"]
    assert (await client.ask(READ, id=to_global("Simulation", UUID(int=1))))["simulation"] is None
