"""RESTATE_LISTINGS: shares, buffers, safety stock or served warehouses changed; work out again what listings say."""

from uuid import UUID

from domain.listings.restate import restate_listings as restate
from workers.handling import Work


async def restate_listings(work: Work) -> None:
    """Restate what each job of the round names; the same asked twice is done once."""
    asked = {(payload["channel_id"], tuple(payload["variant_ids"] or ())) for payload in work.payloads}
    for channel_id, variant_ids in sorted(asked, key=str):
        await restate(
            channel_id=UUID(channel_id) if channel_id else None,
            variant_ids=[UUID(each) for each in variant_ids] or None,
            now=work.now(),
        )
