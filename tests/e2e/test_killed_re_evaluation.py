"""A worker killed in the middle of moving orders: each order moves once, and none loses its units."""

import asyncio
from collections import Counter

from tests.e2e.client import Client
from tests.e2e.house import House, eventually
from tests.e2e.trade import RECEIVE, level, open_shop, place_all

ORDERS = 600
DRAFT = """mutation ($input: DraftRuleSetInput!) { draftRuleSet(input: $input) { ruleSet { id } userErrors { code } } }"""
ACTIVATE = "mutation ($input: RuleSetInput!) { activateRuleSet(input: $input) { userErrors { code } } }"
ASK = "mutation { reevaluateSourcing { reevaluation { id } userErrors { code } } }"
RUN = (
    """query ($id: ID!) { node(id: $id) { ... on Reevaluation { state considered proposed moved error } } }"""
)
_MOVED = """
    SELECT count(*) FROM events e JOIN orders o ON o.id = e.subject_id JOIN channels c ON c.id = o.channel_id
    WHERE e.kind = 'ORDER_MOVED' AND c.code = $1
"""
_PARCELS = """
    SELECT w.code, f.state, count(*) AS parcels FROM fulfilment_orders f JOIN warehouses w ON w.id = f.warehouse_id
    WHERE w.code = ANY($1) GROUP BY 1, 2
"""


async def _count_any_saving(client: Client) -> None:
    drafted = await client.do(DRAFT, input={"name": "Any saving", "reevaluation": {"savingMinShare": 0}})
    await client.do(ACTIVATE, input={"id": drafted["ruleSet"]["id"]})


async def test_a_worker_killed_while_it_moves_orders(fragile: House) -> None:
    async with fragile.client() as client:
        await _count_any_saving(client)
        shop = await open_shop(client, warehouses=2, skus=1)
        far, near = shop.warehouses
        units = [{"sku": shop.skus[0], "quantity": ORDERS}]
        await client.do(RECEIVE, input={"warehouse": far, "lines": units})
        await place_all(client, [shop.order() for _ in range(ORDERS)])
        await fragile.settled()
        await client.do(RECEIVE, input={"warehouse": near, "lines": units})
        run = (await client.do(ASK))["reevaluation"]["id"]

        kills = 0
        while kills < 2:
            before = await fragile.value(_MOVED, shop.channel)

            async def goes_on(before: int = before) -> bool:
                return bool(await fragile.value(_MOVED, shop.channel) > before)

            await eventually(goes_on, within_s=30, every_s=0.005)
            await asyncio.to_thread(fragile.kill, "worker-1")
            kills += 1
            moved = await fragile.value(_MOVED, shop.channel)
            assert kills > 1 or moved < ORDERS, "it was killed in the middle"
            fragile.start("worker-1")
            if moved == ORDERS:
                break

        await fragile.audit()
        told = await client.ask(RUN, id=run)
        assert (told["state"], told["moved"], told["error"]) == ("DONE", ORDERS, None)
        assert await fragile.value(_MOVED, shop.channel) == ORDERS
        rows = await fragile.rows(_PARCELS, list(shop.warehouses))
        assert Counter({(row["code"], row["state"]): row["parcels"] for row in rows}) == {
            (far, "CANCELLED"): ORDERS,
            (near, "OPEN"): ORDERS,
        }
        held = {"onHand": 2 * ORDERS, "allocated": ORDERS, "available": ORDERS}
        assert await level(client, shop.skus[0]) == held
