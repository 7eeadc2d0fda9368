"""What it takes to work out what channels should say when SKUs of a large catalogue change."""

import time
from collections.abc import Iterator
from uuid import UUID

from benchmarks.harness import House
from benchmarks.measuring import Result
from domain.listings.restate import restate_listings
from domain.shared.clock import utc_now
from domain.shared.database import execute, fetch_value, records

LISTINGS = 100_000
CHANGED = 1_000
_CATALOGUE = """
    INSERT INTO products (id, code, name, created_at) VALUES (gen_random_uuid(), 'listed', 'Listed', now())
    ON CONFLICT DO NOTHING;
    INSERT INTO variants (id, product_id, sku, name, weight_g, created_at)
    SELECT gen_random_uuid(), p.id, 'LISTED-' || n, 'Listed', 100, now()
    FROM products p, generate_series(1, {listings}) n WHERE p.code = 'listed' ON CONFLICT DO NOTHING;
    INSERT INTO stock_levels (variant_id, warehouse_id, on_hand)
    SELECT v.id, w.id, 100 FROM variants v, (SELECT id FROM warehouses ORDER BY code LIMIT 4) w
    WHERE v.sku LIKE 'LISTED-%' ON CONFLICT DO NOTHING;
    INSERT INTO listings (id, channel_id, variant_id, external_ids, external_key, desired_at, created_at)
    SELECT gen_random_uuid(), c.id, v.id, jsonb_build_object('offer', v.sku), 'offer=' || v.sku, now(), now()
    FROM variants v, (SELECT id FROM channels ORDER BY code LIMIT 1) c WHERE v.sku LIKE 'LISTED-%'
    ON CONFLICT DO NOTHING;
    ANALYZE variants, stock_levels, listings;
"""
_SOME = "SELECT id FROM variants WHERE sku LIKE 'LISTED-%' ORDER BY id LIMIT $1"
_SOLD = "UPDATE stock_levels SET safety = safety + 1 WHERE variant_id = ANY($1::uuid[])"
_NEWS = "SELECT sum(desired_version) FROM listings"


def run(house: House) -> Iterator[Result]:
    """One statement restates the listings of 1,000 SKUs among 100,000; all of them for comparison."""
    listings = max(CHANGED, int(LISTINGS * house.scale.share))
    some, everything, told = house.within(lambda: _measure(listings))
    yield Result(
        what=f"{CHANGED:,} of {listings:,} SKUs change",
        measured=1000 * some,
        unit="ms",
        aim=None,
        note=f"{told:,} listings restated; all {listings:,}: {1000 * everything:,.0f} ms",
    )


async def _measure(listings: int) -> tuple[float, float, int]:
    await execute(_CATALOGUE.format(listings=listings))
    everything = await _seconds(None)
    changed = [row["id"] for row in await records(_SOME, CHANGED)]
    before = await fetch_value(_NEWS)
    await execute(_SOLD, changed)
    some = await _seconds(changed)
    return some, everything, await fetch_value(_NEWS) - before


async def _seconds(variants: list[UUID] | None) -> float:
    began = time.perf_counter()
    await restate_listings(variant_ids=variants, now=utc_now())
    return time.perf_counter() - began
