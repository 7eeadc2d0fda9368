"""Tell a platform again what a listing should say, whatever it confirmed before."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.shared.actor import Actor
from domain.shared.database import execute, fetch_value, transactional
from domain.shared.refusal import NotFound

_VISIBLE = "SELECT count(*) FROM listings WHERE id = ANY($1::uuid[]) AND ($2::uuid[] IS NULL OR channel_id = ANY($2))"
_AGAIN = """
    UPDATE listings SET desired_version = desired_version + 1, desired_at = $2, attempts = 0, retry_at = NULL
    WHERE id IN (SELECT id FROM listings WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE)
"""


class UnknownListing(NotFound):
    """There is no such listing that the caller may see."""

    code = "UNKNOWN_LISTING"


@transactional
async def tell_again(listing_ids: Sequence[UUID], *, by: Actor, now: datetime) -> None:
    """Give each listing's quantity a new version, which is sent soon, even if the last one was confirmed.

    Raises:
        UnknownListing: one is not there, or `by` may not see its channel.
    """
    wanted = set(listing_ids)
    channels = None if by.channel_ids is None else list(by.channel_ids)
    if await fetch_value(_VISIBLE, list(wanted), channels) < len(wanted):
        raise UnknownListing("There is no such listing for this key.", field="ids")
    await execute(_AGAIN, list(wanted), now)
