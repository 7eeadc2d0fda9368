"""What platforms say they have: by listing, within bounds, and nothing of what they do not know."""

import json
from collections.abc import Callable, Mapping
from uuid import UUID

import pytest

from domain.channels.adapters.contract import Access, HttpAnswer, ListingQuantity, StockRequest, Unreadable
from domain.channels.adapters.registry import ADAPTERS
from tests.recorded import recorded
from tests.recorded.stock import HOLDING, TAKING
from tests.unit.channels.paying import NOW, listing

# Generic partners are asked by our ids: see tests/integration/listings/test_observing.py.
ASKED = sorted(
    name
    for name, adapter in ADAPTERS.items()
    if adapter.stock and adapter.stock.observe_requests and name != "generic"
)


def test_every_platform_that_is_asked_is_played() -> None:
    assert sorted(HOLDING) == ASKED


def listings(platform: str) -> list[ListingQuantity]:
    return [listing(number, 5, TAKING[platform].ids(number).items()) for number in (1, 2, 3)]


def seen(platform: str, held: Mapping[int, int]) -> dict[UUID, int]:
    """What is read where the platform has so many of these listings, and knows no other."""
    taking = TAKING[platform]

    def said(asked: StockRequest) -> object:
        numbers = [each.listing_id.int for each in asked.listings]
        return HOLDING[platform](
            {taking.ids(each)[taking.key]: held[each] for each in numbers if each in held}
        )

    return seen_in(platform, said)


def seen_in(platform: str, said: Callable[[StockRequest], object]) -> dict[UUID, int]:
    """What is read where the platform answers a request so."""
    of, taking, stock = recorded(platform), TAKING[platform], ADAPTERS[platform].stock
    assert stock
    assert stock.observe_requests
    assert stock.read_observed
    access = Access(
        credentials=of.credentials, settings={**of.facts.settings, **taking.settings}, token="t", now=NOW
    )
    found: dict[UUID, int] = {}
    for asked in stock.observe_requests(listings(platform), access):
        answer = HttpAnswer(status=200, body=json.dumps(said(asked)).encode())
        found |= stock.read_observed(asked, answer)
    return found


@pytest.mark.parametrize("platform", ASKED)
def test_what_it_has_is_read_and_what_it_does_not_know_is_left_out(platform: str) -> None:
    assert seen(platform, {1: 4, 2: 0, 3: 7}) == {UUID(int=1): 4, UUID(int=2): 0, UUID(int=3): 7}
    if platform == "douyin":  # whatever it does not know it refuses
        return
    assert seen(platform, {1: 4, 3: 7}) == {UUID(int=1): 4, UUID(int=3): 7}


SAYS_NOTHING: list[tuple[str, object]] = [
    ("amazon", {}),
    ("amazon", {"errors": [{"code": "InternalFailure"}]}),
    ("douyin", {"code": 10_000}),
    ("ebay", {}),
    ("ebay", {"responses": [{"sku": "E-1", "statusCode": 429}]}),
    ("jd", {}),
    ("shopify", {}),
    ("square", {"errors": [{"category": "RATE_LIMIT_ERROR", "code": "RATE_LIMITED"}]}),
    ("taobao", {}),
    ("wechat-shop", {}),
    ("wechat-shop", {"errcode": 0}),
    ("woocommerce", {}),
]


def test_every_platform_that_is_asked_may_say_nothing() -> None:
    assert sorted({platform for platform, _ in SAYS_NOTHING}) == ASKED


@pytest.mark.parametrize(("platform", "said"), SAYS_NOTHING)
def test_an_answer_that_says_nothing_does_not_say_that_there_is_none(platform: str, said: object) -> None:
    with pytest.raises(Unreadable):
        seen_in(platform, lambda _: said)


@pytest.mark.parametrize("units", [10**30, 2**63, 2**62, -(2**62), 10**9 + 1])
@pytest.mark.parametrize("platform", ASKED)
def test_what_nobody_can_have_is_not_believed(platform: str, units: int) -> None:
    with pytest.raises(Unreadable):
        seen(platform, {1: 4, 2: units, 3: 7})
