-- Create listings, or change what those with the same ids say; what changed is to be sent again.
INSERT INTO listings AS l (id, channel_id, variant_id, external_ids, external_key, active, desired_at, created_at)
SELECT t.id, $1, t.variant_id, t.ids::jsonb, t.key, t.active, $2, $2
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bool[]) AS t (id, variant_id, ids, key, active)
ORDER BY t.key
ON CONFLICT (channel_id, external_key) DO UPDATE
SET variant_id = excluded.variant_id, active = excluded.active
RETURNING id, external_key
