-- Up to $2 listings of channel $1 that confirmed a quantity, those that were not looked at for the longest first.
SELECT l.id AS listing_id, v.sku, l.external_ids::text AS external_ids, l.acked AS quantity, l.acked_version AS version
FROM listings l JOIN variants v ON v.id = l.variant_id
WHERE l.channel_id = $1 AND l.active AND l.acked IS NOT NULL
ORDER BY l.looked_at NULLS FIRST, l.observed_at NULLS FIRST, l.id LIMIT $2
