"""Shadow figures of bid prices through the schema."""

from datetime import timedelta
from decimal import Decimal

from domain.shared.actor import Scope
from domain.shared.refusal import NotAllowed
from domain.sourcing.shadowing.shadow_between import InvalidDays
from domain.sourcing.shadowing.shadow_day import shadow_day
from tests.integration.graphql.conftest import Client
from tests.integration.sourcing.priced_days import THE_DAY, two_days

SIDE = "{ cost { amount currencyCode } shipments linesFilled }"
ASK = f"""query ($from: Date!, $to: Date!) {{ bidPriceShadow(from: $from, to: $to) {{ assumptions
    days {{ day replayedUntil counted decisions different lines ruleSet {{ version }} computedAt saved {{ amount }}
            withoutPrices {SIDE} withPrices {SIDE} }} }} }}"""
DAY = THE_DAY.date()
SPAN = {"from": str(DAY - timedelta(days=6)), "to": str(DAY)}


async def test_a_day_tells_what_it_would_have_cost(client: Client) -> None:
    await two_days()
    await shadow_day(DAY, currency="EUR", now=lambda: client.now)

    told = (await client.ask(ASK, **SPAN))["bidPriceShadow"]

    [day] = told["days"]
    without, priced = day["withoutPrices"], day["withPrices"]
    assert (day["day"], day["decisions"], day["different"], day["lines"]) == ("2026-11-21", 2, 2, 2)
    assert (day["counted"], day["ruleSet"], day["replayedUntil"]) == (
        False,
        {"version": 1},
        "2026-11-22T00:00:00Z",
    )
    assert (
        (without["shipments"], without["linesFilled"])
        == (2, 2)
        == (priced["shipments"], priced["linesFilled"])
    )
    saved = Decimal(without["cost"]["amount"]) - Decimal(priced["cost"]["amount"])
    assert Decimal(day["saved"]["amount"]) == saved > 0
    assert any("re-evaluations" in one for one in told["assumptions"])


async def test_only_keys_that_see_every_channel_may_ask(client: Client) -> None:
    partner = client.limited_to(Scope.READ, channels=frozenset())
    assert isinstance(await partner.refused(ASK, **SPAN), NotAllowed)
    assert isinstance(await client.refused(ASK, **{"from": str(DAY), "to": "2026-01-01"}), InvalidDays)
