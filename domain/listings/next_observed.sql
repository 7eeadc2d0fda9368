-- Up to $2 listings of channel $1 that confirmed a quantity and were not looked at for the longest; from now on they were,
-- whatever comes of it, so that those of which a platform never says anything keep no other from being looked at.
WITH next AS (
    SELECT id FROM listings WHERE channel_id = $1 AND active AND acked IS NOT NULL
    ORDER BY looked_at NULLS FIRST LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
), looked_at AS (
    UPDATE listings l SET looked_at = $3 FROM next WHERE l.id = next.id
    RETURNING l.id, l.variant_id, l.external_ids, l.acked, l.acked_version
)
SELECT l.id AS listing_id, v.sku, l.external_ids::text AS external_ids, l.acked AS quantity, l.acked_version AS version
FROM looked_at l JOIN variants v ON v.id = l.variant_id
