"""Re-evaluations over GraphQL: asked for, run, and seen in the order that moved."""

from domain.shared.actor import Scope
from domain.shared.database import execute
from domain.shared.refusal import NotAllowed
from domain.sourcing.allocate import allocate_waiting
from domain.sourcing.reevaluating.models import Reevaluation
from domain.sourcing.reevaluating.reevaluate import reevaluate
from tests.factories import NOW, TESTER, stock_up
from tests.integration.graphql.conftest import Client, Shop
from tests.integration.reevaluating.open_orders import place, rule_by

ASK = "mutation { reevaluateSourcing { reevaluation { id state createdBy } userErrors { code } } }"
RUNS = """{ reevaluations(first: 5) { nodes { id state considered proposed moved unitsFilled error
    saved { amount currencyCode } ruleSet { version reevaluation { savingMinMinor savingMinShare holdMinutes } }
    decisions { nodes { saved { amount } explanation order { number } } } } } }"""
NODE = "query ($id: ID!) { node(id: $id) { ... on Reevaluation { moved } } }"
ORDERS = """{ orders(first: 5) { nodes { events { kind }
    fulfilmentOrders { state releasableAt warehouse { code } movedBy { explanation } } } } }"""
DRAFT = """mutation ($input: DraftRuleSetInput!) { draftRuleSet(input: $input) {
    ruleSet { reevaluation { savingMinMinor savingMinShare holdMinutes } } userErrors { code field } } }"""


async def test_a_run_is_asked_for_and_told(client: Client, shop: Shop) -> None:
    await rule_by(reevaluation={"savingMinMinor": 1, "savingMinShare": 0, "holdMinutes": 30})
    await execute("UPDATE stock_levels SET unsellable = 100 WHERE warehouse_id = $1", shop.leipzig.id)
    await place({"MUG": 1})
    await allocate_waiting(orders_max=10, currency="EUR", by=TESTER, now=NOW)
    await stock_up(shop.leipzig, {"MUG": 5})

    asked = (await client.ask(ASK))["reevaluateSourcing"]
    assert asked["userErrors"] == []
    assert (asked["reevaluation"]["state"], asked["reevaluation"]["createdBy"]) == ("WAITING", "tester")
    assert (await client.ask(ASK))["reevaluateSourcing"]["reevaluation"]["id"] == asked["reevaluation"]["id"]
    waiting = await Reevaluation.get(state="WAITING")
    await reevaluate(waiting.id, currency="EUR", effort_s=5.0, by=TESTER, now=lambda: NOW)

    [run] = (await client.ask(RUNS))["reevaluations"]["nodes"]
    assert (run["state"], run["considered"], run["proposed"], run["moved"]) == ("DONE", 1, 1, 1)
    assert run["saved"]["currencyCode"] == "EUR"
    assert run["ruleSet"]["reevaluation"] == {"savingMinMinor": 1, "savingMinShare": 0.0, "holdMinutes": 30}
    [decision] = run["decisions"]["nodes"]
    assert decision["saved"]["amount"] == run["saved"]["amount"] != "0.00"
    assert decision["explanation"].startswith("Moved from Munich to Leipzig: ")
    assert (await client.ask(NODE, id=run["id"]))["node"] == {"moved": 1}

    [order] = (await client.ask(ORDERS))["orders"]["nodes"]
    assert [event["kind"] for event in order["events"]] == ["ORDER_PLACED", "ORDER_SOURCED", "ORDER_MOVED"]
    gone, here = order["fulfilmentOrders"]
    assert (gone["state"], gone["movedBy"]["explanation"]) == ("CANCELLED", decision["explanation"])
    assert (here["state"], here["warehouse"]["code"], here["movedBy"]) == ("OPEN", "leipzig", None)
    # sourced at 12:00 UTC, held for half an hour; moving does not hold it any longer
    assert gone["releasableAt"] == here["releasableAt"]


async def test_who_may_ask(client: Client, shop: Shop) -> None:
    reader = client.limited_to(Scope.READ)
    [no] = (await reader.ask("mutation { reevaluateSourcing { userErrors { code } } }"))[
        "reevaluateSourcing"
    ]["userErrors"]
    assert no["code"] == "NOT_ALLOWED"
    partner = client.limited_to(Scope.READ, channels=frozenset({shop.web.id}))
    assert isinstance(await partner.refused(RUNS), NotAllowed)


async def test_the_thresholds_are_part_of_a_rule_set(client: Client, shop: Shop) -> None:
    drafted = (await client.ask(DRAFT, input={"name": "Plain"}))["draftRuleSet"]["ruleSet"]
    assert drafted["reevaluation"] == {"savingMinMinor": 1, "savingMinShare": 0.05, "holdMinutes": 0}
    wrong = {"savingMinShare": 1.5}
    [no] = (await client.ask(DRAFT, input={"name": "Wrong", "reevaluation": wrong}))["draftRuleSet"][
        "userErrors"
    ]
    assert (no["code"], no["field"]) == ("INVALID_RULE_SET", "reevaluation.savingMinShare")
