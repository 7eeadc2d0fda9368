-- Keep orders that would have left from elsewhere; a run from the beginning says the same of each again.
INSERT INTO simulation_changes (simulation_id, order_id, was, would_be, saved_minor)
SELECT $1, * FROM unnest($2::uuid[], $3::jsonb[], $4::jsonb[], $5::bigint[])
ON CONFLICT (simulation_id, order_id) DO UPDATE
SET was = excluded.was, would_be = excluded.would_be, saved_minor = excluded.saved_minor
