-- Cancel the lines ($1) that nobody could ship in time: what is open of them, and what was reserved for them, whose
-- units the caller gives back. An order of which nothing is left is CANCELLED; one whose other units have all
-- arrived is COMPLETED. Its row is locked by the caller.
WITH gone AS (
    DELETE FROM reservations WHERE order_line_id = ANY($1::uuid[]) RETURNING order_line_id, quantity
), reserved AS (
    SELECT order_line_id, sum(quantity)::int AS units FROM gone GROUP BY order_line_id
), ended AS (
    SELECT l.id, l.order_id, l.sku, l.position, coalesce(r.units, 0) AS reserved,
           l.open_units + coalesce(r.units, 0) AS units
    FROM order_lines l LEFT JOIN reserved r ON r.order_line_id = l.id
    WHERE l.id = ANY($1::uuid[])
), lines AS (
    UPDATE order_lines l SET cancelled = l.cancelled + e.units, allocated = l.allocated - e.reserved
    FROM ended e WHERE l.id = e.id
), totals AS (
    SELECT o.id, o.units, o.units_delivered, o.units_cancelled + sum(e.units) AS cancelled, sum(e.reserved) AS reserved,
           sum(e.units)::bigint AS ended,
           jsonb_agg(jsonb_build_object('sku', e.sku, 'units', e.units) ORDER BY e.position)::text AS lines
    FROM orders o JOIN ended e ON e.order_id = o.id
    GROUP BY o.id
), standing AS (
    SELECT *, CASE WHEN cancelled = units THEN 'CANCELLED' WHEN units_delivered = units - cancelled THEN 'COMPLETED'
                   ELSE 'OPEN' END AS state
    FROM totals WHERE ended > 0
)
UPDATE orders o
SET units_cancelled = s.cancelled, units_allocated = o.units_allocated - s.reserved, state = s.state,
    sourcing = CASE s.state WHEN 'CANCELLED' THEN 'NONE' ELSE 'SOURCED' END,
    version = o.version + CASE s.state WHEN 'COMPLETED' THEN 2 ELSE 1 END,
    source_again_at = NULL, cancel_unfilled_at = NULL, updated_at = $2
FROM standing s
WHERE o.id = s.id
RETURNING o.id, o.version, o.state, s.ended AS units, s.lines
