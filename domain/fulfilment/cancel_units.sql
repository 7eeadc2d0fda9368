-- Cancel units ($2) of lines ($1), of which so many ($3) had been promised. An order of which nothing is left is
-- CANCELLED; one whose other units have all arrived is COMPLETED; one that waited for nothing else is SOURCED. Another
-- backorder is looked at again: what is left may fit where the whole did not, and a parcel that has gone makes room for
-- another. Its row is locked by the caller, and what was promised is taken back already.
WITH ended AS (
    SELECT l.id, l.order_id, l.sku, l.position, t.units, t.promised
    FROM unnest($1::uuid[], $2::int[], $3::int[]) AS t (id, units, promised) JOIN order_lines l USING (id)
), lines AS (
    UPDATE order_lines l SET cancelled = l.cancelled + e.units, allocated = l.allocated - e.promised
    FROM ended e WHERE l.id = e.id
), totals AS (
    SELECT o.id, o.units, o.units_delivered, o.units_cancelled + sum(e.units) AS cancelled,
           o.units_allocated - sum(e.promised) AS allocated, o.units_shipped,
           (SELECT coalesce(sum(quantity), 0) FROM reservations r WHERE r.order_id = o.id) AS reserved,
           jsonb_agg(jsonb_build_object('sku', e.sku, 'units', e.units) ORDER BY e.position)::text AS lines
    FROM orders o JOIN ended e ON e.order_id = o.id
    GROUP BY o.id
), standing AS (
    SELECT *, units - cancelled - allocated - units_shipped + reserved AS to_source,
           CASE WHEN cancelled = units THEN 'CANCELLED' WHEN units_delivered = units - cancelled THEN 'COMPLETED'
                ELSE 'OPEN' END AS state
    FROM totals
)
UPDATE orders o
SET units_cancelled = s.cancelled, units_allocated = s.allocated, state = s.state,
    sourcing = CASE WHEN s.state = 'CANCELLED' THEN 'NONE' WHEN s.state = 'COMPLETED' THEN 'SOURCED'
                    WHEN s.to_source = 0 AND o.sourcing IN ('BACKORDERED', 'WAITING') THEN 'SOURCED'
                    WHEN o.sourcing = 'BACKORDERED' THEN 'WAITING' ELSE o.sourcing END,
    source_again_at = CASE WHEN s.to_source > 0 THEN o.source_again_at END,
    cancel_unfilled_at = CASE WHEN s.to_source > 0 THEN o.cancel_unfilled_at END,
    version = o.version + CASE s.state WHEN 'COMPLETED' THEN 2 ELSE 1 END, updated_at = $4
FROM standing s
WHERE o.id = s.id
RETURNING o.version, o.state, o.sourcing, s.lines
