"""Save listings: what a channel sells of which SKU, under the platform's own ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from domain.channels.find import channel_by_code
from domain.listings.restate import restate_listings
from domain.shared.actor import Actor
from domain.shared.database import execute, records, statement, transactional
from domain.shared.ids import new_id
from domain.shared.refusal import InvalidInput
from domain.shared.text import InvalidText, require_text
from domain.stock.find import variant_ids

LISTINGS_MAX = 500
IDS_MAX = 10
_SAVE = statement(__file__, "save_listings.sql")
_LINK = "INSERT INTO channel_links (channel_id) VALUES ($1) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveListing:
    """A listing as it shall be, known by the platform's ids of it; one that is not active is told 0 units."""

    sku: str
    external_ids: Mapping[str, str]
    active: bool = True


class InvalidListing(InvalidInput):
    """The listing cannot be like this; `field` says what is wrong."""

    code = "INVALID_LISTING"


@transactional
async def save_listings(
    channel: str, listings: Sequence[SaveListing], *, by: Actor, now: datetime
) -> list[UUID]:
    """Create or change up to 500 listings of a channel, all or none; their ids, in order.

    Idempotent. Each is sent to the platform soon, and whenever what the channel may sell of it changes.

    Raises:
        InvalidListing: too many, two with the same ids, or ids that cannot be right.
        UnknownChannel, UnknownSku: there is none for this key.
    """
    if not 1 <= len(listings) <= LISTINGS_MAX:
        raise InvalidListing(f"Save 1 to {LISTINGS_MAX} listings at a time.", field="listings")
    known = await channel_by_code(channel, by=by)
    ids = [_checked(listing, f"listings[{at}].externalIds") for at, listing in enumerate(listings)]
    keys = [_key(each) for each in ids]
    for at, key in enumerate(keys):
        if key in keys[:at]:
            raise InvalidListing("Another listing has the same ids.", field=f"listings[{at}].externalIds")
    variants = await variant_ids([listing.sku for listing in listings], field="listings")
    await execute(_LINK, known.id)
    rows = await records(
        _SAVE,
        known.id,
        now,
        [new_id() for _ in listings],
        [variants[listing.sku] for listing in listings],
        [orjson.dumps(each).decode() for each in ids],
        keys,
        [listing.active for listing in listings],
    )
    saved = {row["external_key"]: row["id"] for row in rows}
    await restate_listings(channel_id=known.id, variant_ids=list(variants.values()), now=now)
    return [saved[key] for key in keys]


def _checked(listing: SaveListing, field: str) -> dict[str, str]:
    if not 1 <= len(listing.external_ids) <= IDS_MAX:
        raise InvalidListing(f"Give 1 to {IDS_MAX} ids, as the platform calls them.", field=field)
    try:
        return {
            require_text(name, field=field, longest=50, least=1): require_text(
                value, field=field, longest=200, least=1
            )
            for name, value in listing.external_ids.items()
        }
    except InvalidText as wrong:
        raise InvalidListing(wrong.message, field=field) from wrong


def _key(ids: Mapping[str, str]) -> str:
    """The same for the same ids, however they are ordered."""
    return "&".join(f"{name}={ids[name]}" for name in sorted(ids))
