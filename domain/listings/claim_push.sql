-- Keep the lease $2 of channel $1 until $3, and say what listings $4 should have by now; from here on it counts as sent.
-- Nothing, if the lease is somebody else's.
WITH kept AS (
    UPDATE channel_links SET pushing_until = $3 WHERE channel_id = $1 AND push_epoch = $2 RETURNING channel_id
), due AS (
    SELECT id FROM listings WHERE id = ANY($4::uuid[]) ORDER BY id FOR NO KEY UPDATE
)
UPDATE listings l SET sent = desired, sent_version = desired_version, sent_at = $5
FROM kept, due, variants v
WHERE l.id = due.id AND v.id = l.variant_id
RETURNING l.id AS listing_id, v.sku, l.external_ids::text AS external_ids, l.desired AS quantity,
          l.desired_version AS version
