"""Rule sets over GraphQL: drafted, checked, activated, and seen in what they decide."""

from typing import Any

from domain.shared.database import execute
from tests.integration.graphql.conftest import Client, Shop

RULE_SET = """ruleSet { id version name state problems { path message }
    routings { name when { rule values negated } groups { name where { rule values } }
               rank { rule tolerance } split { shipmentsMax valueMins { amount currencyCode } } promise unfillable cancelAfterDays cancelFrom }
    protections { channel units warehouses skus } } userErrors { __typename code field message }"""
DRAFT = "mutation ($input: DraftRuleSetInput!) { it: draftRuleSet(input: $input) { " + RULE_SET + " } }"
CHANGE = "mutation ($input: ChangeRuleSetInput!) { it: changeRuleSet(input: $input) { " + RULE_SET + " } }"
ACTIVATE = "mutation ($input: RuleSetInput!) { it: activateRuleSet(input: $input) { " + RULE_SET + " } }"
DISCARD = "mutation ($input: RuleSetInput!) { it: discardRuleSet(input: $input) { id userErrors { code } } }"

EXPRESS = {
    "name": "Express",
    "when": [
        {"rule": "PRIORITY", "values": ["URGENT"]},
        {"rule": "CHANNEL", "values": ["web"], "negated": True},
    ],
    "groups": [{"name": "near", "where": [{"rule": "WITHIN_KM", "values": ["300"]}]}],
    "rank": [{"rule": "DISTANCE", "tolerance": 50}, {"rule": "COST", "tolerance": 0}],
    "split": {"shipmentsMax": 2, "valueMins": [{"amount": "50.00", "currencyCode": "EUR"}]},
    "promise": "REQUIRE",
    "unfillable": "CANCEL",
    "cancelAfterDays": 14,
    "cancelFrom": "PROMISE",
}


async def asked(client: Client, document: str, **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.ask(document, input=said))["it"]
    return answer


async def test_a_rule_set_says_back_what_was_written(client: Client, shop: Shop) -> None:
    protection = {"channel": "web", "units": 2, "warehouses": [], "skus": ["MUG"]}
    drafted = (await asked(client, DRAFT, name="New", routings=[EXPRESS], protections=[protection]))[
        "ruleSet"
    ]
    assert drafted["routings"] == [
        {
            "name": "Express",
            "when": [
                {"rule": "PRIORITY", "values": ["URGENT"], "negated": False},
                {"rule": "CHANNEL", "values": ["web"], "negated": True},
            ],
            "groups": EXPRESS["groups"],
            "rank": EXPRESS["rank"],
            "split": EXPRESS["split"],
            "promise": "REQUIRE",
            "unfillable": "CANCEL",
            "cancelAfterDays": 14,
            "cancelFrom": "PROMISE",
        }
    ]
    assert drafted["protections"] == [protection]
    assert (drafted["version"], drafted["state"], drafted["problems"]) == (2, "DRAFT", [])
    again = await client.ask(
        "query ($id: ID!) { node(id: $id) { ... on RuleSet { version } } }", id=drafted["id"]
    )
    assert again == {"node": {"version": 2}}


async def test_a_rule_set_decides_from_its_activation_on(client: Client, shop: Shop) -> None:
    only = {"name": "South", "eligible": [{"rule": "WAREHOUSE", "values": ["munich"]}]}
    drafted = (await asked(client, DRAFT, name="South", routings=[only]))["ruleSet"]
    active = (await asked(client, ACTIVATE, id=drafted["id"]))["ruleSet"]
    assert active["state"] == "ACTIVE"
    states = await client.ask("{ ruleSets { nodes { version state } } activeRuleSet { version } }")
    assert states == {
        "ruleSets": {"nodes": [{"version": 2, "state": "ACTIVE"}, {"version": 1, "state": "ARCHIVED"}]},
        "activeRuleSet": {"version": 2},
    }
    await shop.place()
    await shop.source()
    found = await client.ask(
        """{ fulfilmentOrders(first: 1) { nodes { plannedShipOn late warehouse { code } sourcingDecision {
             policy routing shipments { shipOn arrivesOn late } candidates { warehouses rule reason } } } } }"""
    )
    [parcel] = found["fulfilmentOrders"]["nodes"]
    assert (parcel["warehouse"]["code"], parcel["late"]) == ("munich", False)
    decision = parcel["sourcingDecision"]
    assert (decision["policy"], decision["routing"]) == ("South/2", "South")
    assert decision["shipments"][0]["shipOn"] == parcel["plannedShipOn"]
    [leipzig] = [one for one in decision["candidates"] if one["warehouses"] == ["leipzig"]]
    assert leipzig == {"warehouses": ["leipzig"], "rule": "WAREHOUSE", "reason": "is not among those named"}


async def test_what_is_wrong_is_told_with_its_path(client: Client, shop: Shop) -> None:
    wrong = {"name": "X", "when": [{"rule": "CHANNEL", "values": ["nowhere"]}]}
    drafted = (await asked(client, DRAFT, name="Wrong", routings=[wrong]))["ruleSet"]
    assert drafted["problems"] == [
        {"path": "routings[0].when[0].values", "message": "There is no channel 'nowhere'."}
    ]
    refused = await asked(client, ACTIVATE, id=drafted["id"])
    assert refused["userErrors"] == [
        {
            "__typename": "InvalidRuleSet",
            "code": "INVALID_RULE_SET",
            "field": "routings[0].when[0].values",
            "message": "There is no channel 'nowhere'.",
        }
    ]
    mended = await asked(client, CHANGE, id=drafted["id"], name="Right", routings=[])
    assert (mended["ruleSet"]["name"], mended["ruleSet"]["problems"]) == ("Right", [])
    for said, path in (
        ({"routings": [{"name": ""}]}, "routings[0].name"),
        ({"routings": [{"name": "A", "split": {"shipmentsMax": 11}}]}, "routings[0].split.shipmentsMax"),
        (
            {"routings": [{"name": "A", "split": {"valueMins": [{"amount": "x", "currencyCode": "EUR"}]}}]},
            "routings[0].split.valueMins[0].amount",
        ),
        ({"protections": [{"channel": "web", "units": 0}]}, "protections[0].units"),
    ):
        [error] = (await asked(client, DRAFT, name="Wrong", **said))["userErrors"]
        assert (error["code"], error["field"]) == ("INVALID_RULE_SET", path)
    assert await asked(client, DISCARD, id=drafted["id"]) == {"id": drafted["id"], "userErrors": []}


async def test_the_registry_is_told(client: Client, shop: Shop) -> None:
    rules = (await client.ask("{ sourcingRules { name stage description values } }"))["sourcingRules"]
    assert {rule["name"] for rule in rules} >= {"CHANNEL", "TAG", "WITHIN_KM"}


async def test_a_routing_ranks_by_its_criteria_and_says_so(client: Client, shop: Shop) -> None:
    await execute("UPDATE warehouses SET priority = 1 WHERE code = 'leipzig'")
    rank = [{"rule": "WAREHOUSE_PRIORITY"}, {"rule": "COST", "tolerance": 100}, {"rule": "STOCK_DEPTH"}]
    drafted = (await asked(client, DRAFT, name="South", routings=[{"name": "South", "rank": rank}]))[
        "ruleSet"
    ]
    assert (await asked(client, ACTIVATE, id=drafted["id"]))["userErrors"] == []
    await shop.place()
    await shop.source()
    document = """{ sourcingDecisions { nodes { explanation shipments { warehouse }
        candidates { warehouses chosen behind } } } }"""
    [decision] = (await client.ask(document))["sourcingDecisions"]["nodes"]
    assert [one["warehouse"] for one in decision["shipments"]] == ["munich"]
    assert decision["candidates"][1] == {
        "warehouses": ["leipzig"],
        "chosen": False,
        "behind": "is less preferred",
    }
    assert decision["explanation"].endswith("cheaper but is less preferred.")


async def test_a_wrong_criterion_is_named_by_its_path(client: Client, shop: Shop) -> None:
    routing = {"name": "Wrong", "rank": [{"rule": "COST"}, {"rule": "LUCK"}]}
    drafted = (await asked(client, DRAFT, name="Wrong", routings=[routing]))["ruleSet"]
    assert [problem["path"] for problem in drafted["problems"]] == ["routings[0].rank[1].rule"]
    [refused] = (await asked(client, ACTIVATE, id=drafted["id"]))["userErrors"]
    assert (refused["__typename"], refused["field"]) == ("InvalidRuleSet", "routings[0].rank[1].rule")
    routing["rank"] = [{"rule": "COST", "tolerance": -1}]
    [refused] = (await asked(client, DRAFT, name="Wrong", routings=[routing]))["userErrors"]
    assert refused["field"] == "routings[0].rank[0].tolerance"
    listed = (await client.ask("{ sourcingRules { name stage values } }"))["sourcingRules"]
    assert {"name": "DISTANCE", "stage": "CRITERION", "values": "a tolerance in km"} in listed
