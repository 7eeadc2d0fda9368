-- Up to $2 listings of a channel that have not heard the latest, longest waiting first.
SELECT l.id AS listing_id, v.sku, l.external_ids::text AS external_ids, l.desired AS quantity, l.desired_version AS version
FROM listings l JOIN variants v ON v.id = l.variant_id
WHERE l.channel_id = $1 AND l.acked_version < l.desired_version AND (l.retry_at IS NULL OR l.retry_at <= $3)
ORDER BY l.desired_at, l.id LIMIT $2
