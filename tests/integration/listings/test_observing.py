"""Looking at what platforms have: whatever they answer, every listing has its turn."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.channels.adapters import generic_stock
from domain.channels.adapters.contract import HttpAnswer
from domain.jobs.kinds import JobKind
from domain.jobs.models import Job
from domain.listings import observe
from domain.listings.models import Listing
from domain.listings.save_listings import SaveListing, save_listings
from tests.factories import NOW, TESTER, make_channel
from tests.integration.listings.conftest import Trade
from tests.partner import Answer, Received, json_answer
from workers.jobs import observe_stock


def queried(answer: Callable[[list[dict[str, Any]]], Answer | None]) -> Callable[[Received], Answer | None]:
    """Answer in the shop's place where it is asked what it has of these listings."""
    return lambda asked: answer(asked.json["data"]["listings"]) if asked.path == "/stock/query" else None


def has(quantity: object, *, besides: str = "") -> Callable[[Received], Answer | None]:
    """The shop has so much of all that it is asked about, and says nothing of the SKU `besides`."""
    return queried(
        lambda listings: json_answer(
            {"listings": [{"id": x["id"], "quantity": quantity} for x in listings if x["sku"] != besides]}
        )
    )


async def listing(trade: Trade, at: int) -> Listing:
    return await Listing.get(id=trade.listings[at])


async def test_a_listing_that_the_platform_does_not_know_differs_until_it_does(trade: Trade) -> None:
    await trade.settle()
    trade.shop.before = has(10, besides="TEA")
    await trade.observe()
    mug, tea = await listing(trade, 0), await listing(trade, 1)
    assert (mug.observed, mug.differs_since, tea.observed, tea.differs_since) == (10, None, None, NOW)
    assert tea.observed_at == NOW
    trade.shop.before = lambda _: None
    trade.pass_time(minutes=2)
    await trade.observe()
    tea = await listing(trade, 1)
    assert (tea.observed, tea.differs_since) == (10, None)


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(status=422),
        HttpAnswer(status=500),
        HttpAnswer(status=200, body=b"{}"),
        HttpAnswer(status=404),
    ],
    ids=["refused", "faulty", "odd", "not found"],
)
async def test_a_listing_of_which_nothing_is_said_keeps_no_other_from_being_seen(
    trade: Trade, monkeypatch: pytest.MonkeyPatch, answer: HttpAnswer
) -> None:
    await trade.settle()
    monkeypatch.setattr(observe, "LISTINGS_MAX", 1)
    trade.shop.before = queried(lambda listings: answer if listings[0]["sku"] == "MUG" else None)
    for _ in range(3):
        await trade.observe()
        trade.pass_time(minutes=10)
    mug, tea = await listing(trade, 0), await listing(trade, 1)
    assert (mug.observed_at, mug.differs_since, tea.observed) == (None, None, 10)
    assert mug.looked_at


async def test_an_error_leaves_open_what_is_had(trade: Trade) -> None:
    await trade.settle()
    trade.shop.before = queried(
        lambda listings: json_answer(
            {"listings": [{"id": each["id"], "error": "busy", "again": True} for each in listings]}
        )
    )
    await trade.observe()
    assert await Listing.filter(observed_at=None, differs_since=None).count() == 2


async def one_a_request(trade: Trade, monkeypatch: pytest.MonkeyPatch, *, others: int) -> None:
    """A shop with `others` listings more that is asked about one at a time."""
    more = [SaveListing(sku="MUG", external_ids={"offer": f"offer-{number}"}) for number in range(others)]
    await save_listings("shop", more, by=TESTER, now=NOW)
    await trade.settle()
    monkeypatch.setattr(generic_stock, "BATCH_MAX", 1)


@pytest.mark.parametrize("answer", [HttpAnswer(status=403), json_answer({})], ids=["refused", "odd"])
async def test_who_refuses_whatever_it_is_asked_is_not_asked_all_of_it(
    trade: Trade, monkeypatch: pytest.MonkeyPatch, answer: HttpAnswer
) -> None:
    await one_a_request(trade, monkeypatch, others=6)
    asked: list[str] = []

    def refuse(listings: list[dict[str, Any]]) -> Answer:
        asked.extend(each["id"] for each in listings)
        return answer

    trade.shop.before = queried(refuse)
    await trade.observe()
    assert len(asked) == 5
    trade.pass_time(minutes=2)
    await trade.observe()
    assert len(set(asked)) == 8


async def test_a_round_ends_and_the_next_goes_on_where_it_did(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_a_request(trade, monkeypatch, others=1)
    asked: list[str] = []
    monkeypatch.setattr(observe_stock, "ROUND_S", 0.0)
    trade.shop.before = queried(lambda listings: asked.extend(each["id"] for each in listings))
    for _ in range(3):
        await trade.observe()
        trade.pass_time(minutes=2)
    assert (len(asked), len(set(asked))) == (3, 3)


async def test_who_lets_few_requests_through_is_asked_about_all_in_turn(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_a_request(trade, monkeypatch, others=2)
    asked: list[str] = []

    def let_one_through(listings: list[dict[str, Any]]) -> Answer | None:
        asked.extend(each["id"] for each in listings)
        return HttpAnswer(status=429, headers={"retry-after": "60"}) if len(asked) % 2 == 0 else None

    trade.shop.before = queried(let_one_through)
    for _ in range(4):
        await trade.observe()
        trade.pass_time(minutes=2)
    assert await Listing.filter(observed_at=None).count() == 0


async def test_a_partner_says_nothing_of_listings_that_it_was_not_asked_about(trade: Trade) -> None:
    await trade.settle()
    await make_channel("other")
    [foreign] = await save_listings(
        "other", [SaveListing(sku="MUG", external_ids={"offer": "theirs"})], by=TESTER, now=NOW
    )
    trade.shop.before = queried(
        lambda listings: json_answer(
            {"listings": [{"id": each, "quantity": 3} for each in (listings[0]["id"], str(foreign))]}
        )
    )
    await trade.observe()
    theirs = await Listing.get(id=foreign)
    assert (theirs.observed, theirs.observed_at) == (None, None)
    assert await Listing.filter(observed=3).count() == 1


@pytest.mark.parametrize("quantity", [10**30, 2**63, -(2**63) - 1, 2**62, "7", 1.5])
async def test_a_quantity_that_cannot_be_is_not_believed(trade: Trade, quantity: object) -> None:
    await trade.settle()
    body = f'{{"listings": [{{"id": "{trade.listings[0]}", "quantity": {quantity!r}}}]}}'.replace("'", '"')
    trade.shop.before = queried(lambda _: HttpAnswer(status=200, body=body.encode()))
    await trade.observe()
    assert await Listing.filter(observed_at=None).count() == 2
    assert not await Job.filter(kind=JobKind.OBSERVE_STOCK).exists()
    trade.shop.before = lambda _: None
    trade.now = NOW + timedelta(minutes=2)
    await trade.observe()
    assert (await listing(trade, 0)).observed == 10
