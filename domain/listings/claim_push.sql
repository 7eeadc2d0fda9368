-- Up to $2 listings of a channel that have not heard the latest, longest waiting first; from here on it counts as sent.
WITH due AS (
    SELECT id FROM listings
    WHERE channel_id = $1 AND acked_version < desired_version AND (retry_at IS NULL OR retry_at <= $3)
    ORDER BY desired_at, id LIMIT $2
    FOR NO KEY UPDATE
)
UPDATE listings l SET sent = desired, sent_version = desired_version, sent_at = $3
FROM due, variants v
WHERE l.id = due.id AND v.id = l.variant_id
RETURNING l.id AS listing_id, v.sku, l.external_ids::text AS external_ids, l.desired AS quantity,
          l.desired_version AS version
