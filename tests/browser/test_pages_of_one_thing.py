"""Pages that show one thing, such as an order: no barriers either, and how they look."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from playwright.async_api import Browser

from tests.browser.browsing import Person, at_the_console
from tests.e2e.client import Client
from tests.e2e.house import House

ORDER = "{ orders(first: 1, where: {sourcing: {eq: SOURCED}}) { nodes { id } } }"
PARCEL = "{ fulfilmentOrders(first: 1, where: {state: {eq: PICKING}}) { nodes { id } } }"
WAVE = """mutation ($input: PlanWavesInput!) { planWaves(input: $input) {
    waves { id } userErrors { message } } }"""
DRAFT = """mutation ($input: DraftRuleSetInput!) { draftRuleSet(input: $input) {
    ruleSet { id } userErrors { message } } }"""
SIMULATE = """mutation ($input: SimulateSourcingInput!) { simulateSourcing(input: $input) {
    simulation { id } userErrors { message } } }"""


async def one_of_each(admin: Client) -> dict[str, str]:
    """For each route with a parameter, the address of something that is there."""
    [order] = (await admin.ask(ORDER))["nodes"]
    [parcel] = (await admin.ask(PARCEL))["nodes"]
    ship_by = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    wave = (await admin.do(WAVE, input={"warehouse": "leipzig", "shipBy": ship_by}))["waves"][0]
    rules = (await admin.do(DRAFT, input={"name": "A draft"}))["ruleSet"]
    span = {
        "from": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
        "to": (datetime.now(UTC) - timedelta(seconds=1)).isoformat(),
    }
    simulation = (await admin.do(SIMULATE, input={"ruleSetId": rules["id"], **span}))["simulation"]
    return {
        "/reports/:name": "/reports/salesByChannel",
        "/orders/:id": f"/orders/{quote(order['id'], safe='')}",
        "/stock/:sku": "/stock/KETTLE",
        "/warehouse/waves/:id": f"/warehouse/waves/{quote(wave['id'], safe='')}",
        "/warehouse/parcels/:id": f"/warehouse/parcels/{quote(parcel['id'], safe='')}",
        "/rules/:id": f"/rules/{quote(rules['id'], safe='')}",
        "/simulations/:id": f"/simulations/{quote(simulation['id'], safe='')}",
    }


async def test_each_shows_and_has_no_barriers(company: House, browser: Browser, admin: Client) -> None:
    addresses = await one_of_each(admin)
    await company.settled()
    for theme in ("light", "dark"):
        async with at_the_console(browser, company.url, theme=theme) as person:
            await person.sign_in(company.stack.key)
            await _look_at_each(person, addresses, theme)


async def _look_at_each(person: Person, addresses: dict[str, str], theme: str) -> None:
    pages = {page["route"]: page["name"] for page in await person.pages() if ":" in page["route"]}
    assert pages.keys() == addresses.keys()  # a new one needs an example here
    barriers = {}
    for route, name in pages.items():
        await person.go(addresses[route])
        if found := await person.barriers():
            barriers[name] = found
        await person.photograph(f"{name}-{theme}")
    assert barriers == {}
