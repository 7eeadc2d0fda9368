"""Save a channel: create it, or make it say what is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from domain.channels.adapters.registry import ADAPTERS
from domain.channels.models import ChannelKind
from domain.channels.settings import ENDPOINTS, WrongSettings, stored_settings
from domain.jobs.fill_backorders import fill_backorders
from domain.jobs.restate_listings import restate_listings
from domain.shared.actor import Actor, Scope
from domain.shared.database import fetch_value, records, statement, transactional
from domain.shared.forms import A_CODE, A_CURRENCY, A_TIMEZONE, CODE, CURRENCY, is_timezone
from domain.shared.ids import new_id
from domain.shared.refusal import Conflict, InvalidInput, NotAllowed
from domain.shared.text import InvalidText, require_text

WHOLE_STOCK_BP = 10_000
BUFFER_MAX = 1_000_000_000
PRIORITY_MAX = 1_000
WAREHOUSES_MAX = 1_000
NO_PLATFORM = "generic"

_SAVE = statement(__file__, "save_channel.sql")
_SERVE_FROM = statement(__file__, "serve_from.sql")
_WANTED_VARIANTS = statement(__file__, "wanted_variants.sql")
# FOR UPDATE waits for orders that are just being placed, so that the currency is judged with them
_LOCK = """
    SELECT id, currency, platform, stock_share_bp, stock_buffer, active, settings ->> 'endpoint' AS endpoint,
           settings ->> 'tokenEndpoint' AS "tokenEndpoint"
    FROM channels WHERE code = $1 FOR UPDATE
"""
_HAS_ORDERS = "SELECT EXISTS (SELECT FROM orders WHERE channel_id = $1)"
_WAREHOUSES = "SELECT code, id FROM warehouses WHERE code = ANY($1::text[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveChannel:
    """The channel as it shall be. `warehouses` are codes; none: it sells from all of them.

    `settings` None: they stay as they are.
    """

    code: str
    name: str
    kind: ChannelKind
    currency: str
    timezone: str
    platform: str = NO_PLATFORM
    priority: int = 0
    stock_share_bp: int = WHOLE_STOCK_BP
    stock_buffer: int = 0
    active: bool = True
    warehouses: tuple[str, ...] = ()
    settings: Mapping[str, Any] | None = None


class InvalidChannel(InvalidInput):
    """The channel cannot be like this; `field` says what is wrong."""

    code = "INVALID_CHANNEL"


class CurrencyInUse(Conflict):
    """The channel has orders in its currency, which therefore stays."""

    code = "CURRENCY_IN_USE"


@transactional
async def save_channel(ask: SaveChannel, *, by: Actor, now: datetime) -> UUID:
    """Create or change the channel with this code; its id.

    Idempotent. When the warehouses it sells from change, its backorders are looked at again.

    Raises:
        InvalidChannel: a field cannot be right, or a warehouse does not exist.
        CurrencyInUse: the channel has orders in another currency.
        NotAllowed: the key reaches other channels only, or where the channel's platform is called
            changes and it is not an admin's: its credentials would go there.
    """
    name = _checked(ask)
    settings = _settings(ask.settings)
    known = await records(_LOCK, ask.code)
    await _require_saveable(known, ask, by)
    warehouse_ids = await _warehouse_ids(ask.warehouses)

    channel_id: UUID = await fetch_value(
        _SAVE,
        known[0]["id"] if known else new_id(),
        ask.code,
        name,
        ask.kind,
        ask.platform,
        ask.currency,
        ask.timezone,
        ask.priority,
        ask.stock_share_bp,
        ask.stock_buffer,
        ask.active,
        now,
        settings,
    )
    moved = await records(_SERVE_FROM, channel_id, warehouse_ids)
    if moved and known:
        wanted = await records(_WANTED_VARIANTS, channel_id)
        await fill_backorders([row["variant_id"] for row in wanted], now=now)
    if moved or any(_sells_otherwise(channel, ask) for channel in known):
        await restate_listings(channel_id=channel_id, now=now)
    return channel_id


def _sells_otherwise(was: Record, ask: SaveChannel) -> bool:
    """Whether it may sell another part of what there is."""
    now = ask.stock_share_bp, ask.stock_buffer, ask.active
    return (was["stock_share_bp"], was["stock_buffer"], was["active"]) != now


def _checked(ask: SaveChannel) -> str:
    """The channel's name, if everything it says can be right by itself."""
    guards = (
        ("code", CODE.fullmatch(ask.code), A_CODE),
        (
            "platform",
            ask.platform in {*ADAPTERS, NO_PLATFORM},
            f"one of {', '.join(sorted({*ADAPTERS, NO_PLATFORM}))}",
        ),
        ("currency", CURRENCY.fullmatch(ask.currency), A_CURRENCY),
        ("timezone", is_timezone(ask.timezone), A_TIMEZONE),
        ("priority", abs(ask.priority) <= PRIORITY_MAX, f"-{PRIORITY_MAX} to {PRIORITY_MAX}"),
        ("stockShareBp", 0 <= ask.stock_share_bp <= WHOLE_STOCK_BP, f"0 to {WHOLE_STOCK_BP} basis points"),
        ("stockBuffer", 0 <= ask.stock_buffer <= BUFFER_MAX, f"0 to {BUFFER_MAX} units"),
        ("warehouses", len(ask.warehouses) <= WAREHOUSES_MAX, f"up to {WAREHOUSES_MAX} codes"),
    )
    for field, right, wanted in guards:
        if not right:
            raise InvalidChannel(f"Must be {wanted}.", field=field)
    return _text(ask.name, "name", longest=200)


def _settings(settings: Mapping[str, Any] | None) -> str | None:
    try:
        return None if settings is None else stored_settings(settings)
    except WrongSettings as wrong:
        field = f"settings.{wrong.field}" if wrong.field else "settings"
        raise InvalidChannel(str(wrong), field=field) from None


def _text(text: str, field: str, *, longest: int) -> str:
    try:
        return require_text(text, field=field, longest=longest, least=1)
    except InvalidText as wrong:
        raise InvalidChannel(wrong.message, field=field) from wrong


async def _require_saveable(known: Sequence[Record], ask: SaveChannel, by: Actor) -> None:
    if not all(by.sees_channel(channel["id"]) for channel in known) or (
        not known and by.channel_ids is not None
    ):
        raise NotAllowed(f"This key does not reach the channel {ask.code!r}.", field="code")
    if _where_it_calls(known, ask):
        by.require(Scope.ADMIN)
    for channel in known:
        if channel["currency"] != ask.currency and await fetch_value(_HAS_ORDERS, channel["id"]):
            raise CurrencyInUse(
                f"Channel {ask.code!r} has orders in {channel['currency']}; open another for {ask.currency}.",
                field="currency",
            )


def _where_it_calls(known: Sequence[Record], ask: SaveChannel) -> bool:
    """Whether this changes where the channel's credentials are sent."""
    moves = ask.settings is not None and any(
        ask.settings.get(name) != (known[0][name] if known else None) for name in ENDPOINTS
    )
    return moves or any(channel["platform"] != ask.platform for channel in known)


async def _warehouse_ids(codes: Sequence[str]) -> list[UUID]:
    storable = [code for code in codes if CODE.fullmatch(code)]
    found = {row["code"]: row["id"] for row in await records(_WAREHOUSES, storable)}
    for index, code in enumerate(codes):
        if code not in found:
            raise InvalidChannel(f"There is no warehouse {code!r}.", field=f"warehouses[{index}]")
    return list(found.values())
