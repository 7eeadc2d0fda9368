"""What an adapter is: a platform's formats as functions of values, without I/O, clock or randomness.

The shell around it (HTTP, archive, retries, rate limits, tokens, secrets) is written once. A platform
that cannot do something leaves that part None: one without `pull` is never polled, one without `stock`
is told nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.channels.raw_order import RawOrder

# ---------------------------------------------------------------- HTTP, as values


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request to a platform; the shell sends it to `Access.endpoint` + `path`."""

    method: str
    path: str  # with its query, if any
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """An answer: a platform's to us, or ours to a platform. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A request that a platform made to a channel's webhook. Names of headers are in lower case."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    url: str = ""  # as the platform was told it; some sign it
    received_at: datetime | None = None  # for signatures that carry a time


# ---------------------------------------------------------------- the channel, as an adapter sees it


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialField:
    """Something a channel of this platform must be given, such as a client secret."""

    name: str
    description: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What parsing may know of the channel. `settings` are its own, such as a map of columns."""

    channel: str  # code
    currency: str
    timezone: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a request to the platform needs; `token` is the current one, of `Adapter.token`, if it has that."""

    credentials: Mapping[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    token: str | None = None
    now: datetime  # signed requests carry a time


# ---------------------------------------------------------------- what arrives


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing that a platform told us: a delivery may carry several, a page of a poll many.

    `delivery_id` is the same when the platform delivers it again, `event_id` when it tells the same
    happening in another delivery; None where the platform names none. `reference` is the order's, where
    it can be read without parsing all. `body` is what `parse` reads, and what is archived.
    """

    topic: str
    body: bytes
    delivery_id: str | None = None
    event_id: str | None = None
    reference: str | None = None
    external_updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStated:
    """The whole order as it now is at the platform; the newest `updated_at` wins."""

    order: RawOrder
    updated_at: datetime | None  # aware; None where the platform states none


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled:
    """The platform has cancelled the whole order."""

    reference: str
    updated_at: datetime | None  # None where the platform states none: it counts from when it came
    reason: str = ""  # in the platform's words


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderToFetch:
    """Something happened to the order; what it is now must be asked for, with `Pull.order_request`."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """The message is understood and asks nothing of us, such as an order that is not paid yet."""

    why: str


Parsed = OrderStated | OrderCancelled | OrderToFetch | Ignored


class BadSignature(Exception):
    """The delivery is not from the platform, or was changed on its way."""


class UnknownKey(Exception):
    """The signature names a public key that must be fetched first, with `Webhook.key_request`."""

    def __init__(self, key_id: str) -> None:
        super().__init__(key_id)
        self.key_id = key_id


class Unreadable(Exception):
    """The message is not what the platform's documentation says; `path` leads to what is wrong."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path


class Receipt(StrEnum):
    """How a delivery was taken."""

    ACCEPTED = "ACCEPTED"  # archived; also what was there already
    REFUSED = "REFUSED"  # its signature is wrong
    UNREADABLE = "UNREADABLE"  # the signature is right, the body is not even a message
    NOT_NOW = "NOT_NOW"  # come again: it could not be archived, or its key is not known yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """What the platform pushes.

    `verify(delivery, credentials)` returns None or raises BadSignature, UnknownKey; anything malformed in
    it is a BadSignature. `messages(delivery)` splits it or raises Unreadable. Where a platform encrypts
    what it pushes, `opened(delivery, credentials)` is the same delivery in the clear, and `messages` is
    given that, not what arrived; it is asked only about what `verify` let through, and raises Unreadable.
    `file_messages(delivery, facts)` splits what comes as `text/csv` in the place of `messages`: what its columns
    are is said by the channel's settings.
    `answer` is the platform's own format, sent within `answer_within_s`. `acknowledged(delivery, facts)` is the answer
    to a delivery that was archived, where it is made of the delivery itself; None: `answer` says it. `challenge` answers a GET by
    which a platform tests an address; None: it does not. Keys fetched by `key_request(key_id, access)`
    and read by `read_key` are kept in the credentials as `key:<key_id>`.
    """

    verify: Callable[[Delivery, Mapping[str, str]], None]
    messages: Callable[[Delivery], Sequence[Message]]
    answer: Callable[[Receipt], HttpAnswer]
    answer_within_s: float
    opened: Callable[[Delivery, Mapping[str, str]], Delivery] | None = None
    file_messages: Callable[[Delivery, Facts], Sequence[Message]] | None = None
    acknowledged: Callable[[Delivery, Facts], HttpAnswer | None] | None = None
    challenge: Callable[[Delivery, Mapping[str, str]], HttpAnswer] | None = None
    key_request: Callable[[str, Access], HttpRequest] | None = None
    read_key: Callable[[HttpAnswer], str] | None = None


# ---------------------------------------------------------------- what is fetched


class WindowBy(StrEnum):
    """By which of its times an order falls into a window."""

    UPDATED = "UPDATED"
    CREATED = "CREATED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a poll stands: orders of [since, until), and the adapter's own mark of the page; None: the first."""

    since: datetime
    until: datetime
    by: WindowBy = WindowBy.UPDATED
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of orders; `next_page` goes into the next cursor, None: this was the last. `total` of the window."""

    messages: Sequence[Message]
    next_page: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """How orders are asked for. Windows overlap by `overlap_s` and are no longer than `window_max_s`.

    `parse_page` and `parse_order` raise Unreadable; the shell has judged status and rate limit before.
    `order_request` asks for one order, for platforms that only tell that something happened.
    """

    pull_request: Callable[[Cursor, Access], HttpRequest]
    parse_page: Callable[[Cursor, HttpAnswer], Page]
    interval_s: float
    overlap_s: float
    window_max_s: float
    order_request: Callable[[str, Access], HttpRequest] | None = None
    parse_order: Callable[[HttpAnswer], Message] | None = None


# ---------------------------------------------------------------- what is told about stock


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingQuantity:
    """What the channel may sell of one listing. `external_ids` are the platform's, by its own field names."""

    listing_id: UUID
    sku: str
    external_ids: Mapping[str, str]
    quantity: int
    version: int  # rises with every quantity; platforms that keep versions are told it


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRequest:
    """One request, and the listings it speaks of."""

    request: HttpRequest
    listings: Sequence[ListingQuantity]


def unnamed(
    listings: Sequence[ListingQuantity], requests: Sequence[StockRequest]
) -> Sequence[ListingQuantity]:
    """Those that no request speaks of, as the platform's own ids of them are missing or are no ids."""
    named = {listing.listing_id for asked in requests for listing in asked.listings}
    return [listing for listing in listings if listing.listing_id not in named]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockResult:
    """What the platform said of one listing: what it now has, or why not.

    `acknowledged` is the quantity it confirmed, or the one it was told where it only says yes.
    """

    listing_id: UUID
    acknowledged: int | None = None
    error: str | None = None
    again: bool = False  # the same may succeed later


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """How the platform is told, at most `batch_max` listings a request and `per_second` requests a second.

    `read_answer` is given only answers below 400 and answers for each listing of the request;
    `observe_requests` and `read_observed` ask what the platform has, where it can be asked: a listing of the request that
    is not among what was read is one that the platform does not know. `unknown_status` is the answer that says so of all
    listings of a request, where there is one.
    """

    stock_requests: Callable[[Sequence[ListingQuantity], Access], Sequence[StockRequest]]
    read_answer: Callable[[StockRequest, HttpAnswer], Sequence[StockResult]]
    batch_max: int
    per_second: float
    observe_requests: Callable[[Sequence[ListingQuantity], Access], Sequence[StockRequest]] | None = None
    read_observed: Callable[[StockRequest, HttpAnswer], Mapping[UUID, int]] | None = None
    unknown_status: int | None = None


# ---------------------------------------------------------------- access


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token, for how long it is good, and until when, where the platform says that instead.

    `refresh_token` is the one for the next, if it is another.
    """

    value: str
    expires_in_s: float = 0
    good_until: datetime | None = None
    refresh_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFormat:
    """How an access token is asked for. `endpoint` is where, if not at `Adapter.endpoint`.

    `kept_as` names the credential in which it is kept, of platforms where each gives a new refresh token that may be
    used once: it is renewed with the credential `refresh_token`, if there is one, and by one process at a time. None: any
    process may ask for a token whenever it needs one.
    """

    token_request: Callable[[Access], HttpRequest]
    read_token: Callable[[HttpAnswer], Token]
    endpoint: str | None = None
    kept_as: str | None = None


def wait_by_retry_after(answer: HttpAnswer) -> float | None:
    """Seconds to wait, as RFC 9110 section 10.2.3 says it in `Retry-After` (delay form); None: it says nothing."""
    said = answer.headers.get("retry-after", "").strip()
    return float(said) if said.isdecimal() else None


class Verdict(StrEnum):
    """What an answer with a good status says in its body all the same."""

    TAKEN = "TAKEN"  # read it
    NOT_NOW = "NOT_NOW"  # refused for a while: the same may go well later
    NOT_LET_IN = "NOT_LET_IN"  # the access token is not good any more


def as_its_status_says(_answer: HttpAnswer) -> Verdict:
    """Of platforms whose statuses are what HTTP means by them."""
    return Verdict.TAKEN


# ---------------------------------------------------------------- the adapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """A platform. `endpoint` is its production address; a channel's setting `endpoint` replaces it.

    `parse(message, facts)` raises Unreadable. `wait_s(answer)` reads the platform's rate-limit headers:
    how long to wait before the next request, None: not at all. `verdict(answer)` tells an answer below 300
    that is a refusal by its body, of platforms that refuse so.
    """

    platform: str  # in lower case: what `Channel.platform` says
    name: str
    parse: Callable[[Message, Facts], Parsed]
    endpoint: str | None = None
    credentials: tuple[CredentialField, ...] = ()
    webhook: Webhook | None = None
    pull: Pull | None = None
    stock: Stock | None = None
    token: TokenFormat | None = None
    wait_s: Callable[[HttpAnswer], float | None] = wait_by_retry_after
    verdict: Callable[[HttpAnswer], Verdict] = as_its_status_says
