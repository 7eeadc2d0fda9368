-- Orders ($1) are not tried again at warehouses ($2), for reasons ($3), from $4 on: with NO_CAPACITY for the day, as the
-- warehouse has it; where variants ($7) are missing of orders ($5) at warehouses ($6), until these have come in there.
-- One row a pair: an upsert may not meet the same row twice. Of several reasons, here and in what still counts of before,
-- the strongest holds: one that lasts, then what is missing, of all of them, then the day. What has ended is
-- weaker than all.
INSERT INTO sourcing_exclusions AS s (order_id, warehouse_id, reason, at, until, missing)
SELECT DISTINCT ON (t.order_id, w.id) t.order_id, w.id, t.reason, $4::timestamptz,
       CASE WHEN t.reason = 'NO_CAPACITY'
            THEN (($4::timestamptz AT TIME ZONE w.timezone)::date + 1)::timestamp AT TIME ZONE w.timezone END,
       CASE WHEN t.reason IN ('OUT_OF_STOCK', 'DAMAGED')
            THEN (SELECT array_agg(DISTINCT m.variant_id)
                  FROM unnest($5::uuid[], $6::uuid[], $7::uuid[]) AS m (order_id, warehouse_id, variant_id)
                  WHERE m.order_id = t.order_id AND m.warehouse_id = w.id) END
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS t (order_id, warehouse_id, reason)
JOIN warehouses w ON w.id = t.warehouse_id
ORDER BY t.order_id, w.id, t.reason = 'NO_CAPACITY', t.reason <> 'OTHER'
ON CONFLICT (order_id, warehouse_id) DO UPDATE
SET at = excluded.at, (reason, until, missing) = (
    SELECT r.reason, r.until,
           CASE WHEN r.missing IS NOT NULL
                THEN ARRAY(SELECT DISTINCT variant_id FROM unnest(s.missing || excluded.missing) AS m (variant_id)) END
    FROM (VALUES (s.reason, s.until, s.missing, s.at),
                 (excluded.reason, excluded.until, excluded.missing, excluded.at)) AS r (reason, until, missing, at)
    ORDER BY r.until IS NOT NULL, r.missing IS NOT NULL, r.until DESC, r.at DESC
    LIMIT 1)
