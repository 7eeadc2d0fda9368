"""How a system of your own is told about stock: signed JSON to two addresses below its endpoint.

`POST /stock` brings `{"type": "stock.changed", "data": {"listings": [{"id", "sku", "ids", "quantity", "version"}]}}`.
What was taken is confirmed by `{"listings": [{"id", "quantity"} or {"id", "error"}]}`; an answer without a body
confirms all of it. `POST /stock/query` brings `{"type": "stock.query", "data": {"listings": [{"id", "sku", "ids"}]}}`
and is answered by `{"listings": [{"id", "quantity"}]}`; one that is left out is not known,
and one with an `error` leaves it open what is had of all that were asked about. Of two quantities of a listing the higher version is newer.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from pydantic import Field
from standardwebhooks.webhooks import Webhook as Signer

from domain.channels.adapters.contract import (
    Access,
    HttpAnswer,
    HttpRequest,
    ListingQuantity,
    Stock,
    StockRequest,
    StockResult,
    Unreadable,
)
from domain.channels.adapters.reading import Held, Stated, read

BATCH_MAX = 500
PER_SECOND = 10.0


class _Said(Stated):
    id: UUID
    quantity: Held | None = Field(None, strict=True)
    error: str | None = None
    again: bool = False


class _Answer(Stated):
    listings: tuple[_Said, ...] = ()


class _Had(Stated):
    listings: tuple[_Said, ...]


def _requests(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    return _signed("stock.changed", "/stock", _stated, listings, access)


def _queries(listings: Sequence[ListingQuantity], access: Access) -> list[StockRequest]:
    return _signed("stock.query", "/stock/query", _named, listings, access)


def _signed(
    kind: str,
    path: str,
    say: Callable[[ListingQuantity], dict[str, Any]],
    listings: Sequence[ListingQuantity],
    access: Access,
) -> list[StockRequest]:
    batches = [listings[start : start + BATCH_MAX] for start in range(0, len(listings), BATCH_MAX)]
    return [
        StockRequest(request=_request(kind, path, [say(each) for each in batch], access), listings=batch)
        for batch in batches
    ]


def _named(listing: ListingQuantity) -> dict[str, Any]:
    return {"id": str(listing.listing_id), "sku": listing.sku, "ids": dict(listing.external_ids)}


def _stated(listing: ListingQuantity) -> dict[str, Any]:
    return _named(listing) | {"quantity": listing.quantity, "version": listing.version}


def _request(kind: str, path: str, listings: list[dict[str, Any]], access: Access) -> HttpRequest:
    body = orjson.dumps({"type": kind, "timestamp": access.now.isoformat(), "data": {"listings": listings}})
    message_id = f"stock_{sha256(body).hexdigest()[:32]}"
    headers = {"content-type": "application/json", "webhook-id": message_id}
    if secret := access.credentials.get("secret"):
        headers |= {
            "webhook-timestamp": str(int(access.now.timestamp())),
            "webhook-signature": Signer(secret).sign(message_id, access.now, body.decode()),
        }
    return HttpRequest(method="POST", path=path, headers=headers, body=body)


def _results(asked: StockRequest, answer: HttpAnswer) -> list[StockResult]:
    if not answer.body.strip():
        return [
            StockResult(listing_id=each.listing_id, acknowledged=each.quantity) for each in asked.listings
        ]
    return [
        StockResult(listing_id=said.id, acknowledged=said.quantity, error=said.error, again=said.again)
        for said in read(_Answer, answer.body).listings
    ]


def _observed(_asked: StockRequest, answer: HttpAnswer) -> Mapping[UUID, int]:
    said = read(_Had, answer.body).listings
    if error := next((each.error for each in said if each.error), None):
        raise Unreadable(error, path="listings")
    return {each.id: each.quantity for each in said if each.quantity is not None}


GENERIC_STOCK = Stock(
    stock_requests=_requests,
    read_answer=_results,
    batch_max=BATCH_MAX,
    per_second=PER_SECOND,
    observe_requests=_queries,
    read_observed=_observed,
)
