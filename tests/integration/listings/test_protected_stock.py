"""A platform is not told units that rules keep for another channel, as soon as they do."""

from domain.checks.run_checks import CheckKind
from tests.factories import make_channel
from tests.integration.listings.conftest import Trade
from tests.integration.sourcing.test_rules_live import rule_by
from tests.promises import broken_promises


async def test_a_platform_hears_of_protection_at_once(trade: Trade) -> None:
    await make_channel("pos")
    await trade.settle()
    await rule_by(protections=[{"channel": "pos", "units": 3, "skus": ["MUG"]}])
    await trade.settle()
    assert trade.shop.stock == {"MUG": 7, "TEA": 10}
    assert "listings_say_what_may_be_sold" not in await broken_promises(CheckKind.LIVENESS)
    await rule_by(protections=[{"channel": "shop", "units": 3}])
    await trade.settle()
    assert trade.shop.stock == {"MUG": 10, "TEA": 10}
    assert "listings_say_what_may_be_sold" not in await broken_promises(CheckKind.LIVENESS)
