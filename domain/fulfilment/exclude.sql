-- Orders ($1) are not tried again at warehouses ($2), for reasons ($3), from $4 on: with NO_CAPACITY for the day, as the
-- warehouse has it; where variants ($7) are missing of orders ($5) at warehouses ($6), until these have come in there.
-- One row a pair: an upsert may not meet the same row twice.
INSERT INTO sourcing_exclusions (order_id, warehouse_id, reason, at, until, missing)
SELECT DISTINCT ON (t.order_id, w.id) t.order_id, w.id, t.reason, $4::timestamptz,
       CASE WHEN t.reason = 'NO_CAPACITY'
            THEN (($4::timestamptz AT TIME ZONE w.timezone)::date + 1)::timestamp AT TIME ZONE w.timezone END,
       (SELECT array_agg(DISTINCT m.variant_id)
        FROM unnest($5::uuid[], $6::uuid[], $7::uuid[]) AS m (order_id, warehouse_id, variant_id)
        WHERE m.order_id = t.order_id AND m.warehouse_id = w.id)
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS t (order_id, warehouse_id, reason)
JOIN warehouses w ON w.id = t.warehouse_id
ORDER BY t.order_id, w.id, t.reason = 'NO_CAPACITY'
ON CONFLICT (order_id, warehouse_id) DO UPDATE
SET reason = excluded.reason, at = excluded.at, until = excluded.until, missing = excluded.missing
