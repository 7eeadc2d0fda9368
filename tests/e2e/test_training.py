"""`forebay training`: a company to practise at, which stays away from the real one's servers."""

from pathlib import Path

from tests.e2e.client import Client
from tests.e2e.house import eventually
from tests.e2e.school import FOUNDED_WITHIN_S, open_school

WAITING = """{ inboundMessages(where: {outcome: {eq: FAILED}}) {
    nodes { reference channel { code } } } }"""
ORDERS = "{ orderCount { count } }"
RESET = "mutation { resetTrainingCompany { userErrors { code } } }"


async def test_a_training_company_trades_by_itself_until_somebody_wants_another(tmp_path: Path) -> None:
    async with open_school(tmp_path) as school:
        key = await school.founded()
        async with Client(school.url, key) as trainee:

            async def trades() -> bool:
                return bool((await trainee.ask(ORDERS))["count"] > 0)

            await eventually(trades, within_s=FOUNDED_WITHIN_S, every_s=0.5)
            [message] = (await trainee.ask(WAITING))["nodes"]
            assert message == {"reference": "PRACTICE-1", "channel": {"code": "marketplace"}}
            await trainee.do(RESET)
        another = await school.founded(after=key)
        async with Client(school.url, another) as trainee:
            assert (await trainee.ask(ORDERS))["count"] < 5
            assert (
                await trainee.http.post(
                    "/graphql", headers={"Authorization": f"Bearer {key}"}, json={"query": ORDERS}
                )
            ).status_code == 401
    assert not (school.home / "up.json").exists()
