-- Move sourced orders on: reservations become fulfilment lines or are given back, lines and orders
-- count what is promised now. $1..$4 order, new standing, version step, when to look again, $10 when to cancel;
-- $5, $6 line and net units; $7, $8 reservations that are used up.
WITH gone AS (
    DELETE FROM reservations r USING unnest($7::uuid[], $8::uuid[]) AS t (order_line_id, warehouse_id)
    WHERE r.order_line_id = t.order_line_id AND r.warehouse_id = t.warehouse_id
), net AS (
    SELECT t.line_id, l.order_id, sum(t.units) AS units
    FROM unnest($5::uuid[], $6::int[]) AS t (line_id, units) JOIN order_lines l ON l.id = t.line_id
    GROUP BY t.line_id, l.order_id
), lines AS (
    UPDATE order_lines l SET allocated = l.allocated + n.units FROM net n WHERE l.id = n.line_id AND n.units <> 0
)
UPDATE orders o
SET sourcing = t.sourcing, version = o.version + t.step, updated_at = $9, source_again_at = t.again_at,
    cancel_unfilled_at = t.cancel_at,
    units_allocated = o.units_allocated + coalesce(s.units, 0)
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[], $10::timestamptz[])
     AS t (id, sourcing, step, again_at, cancel_at)
LEFT JOIN (SELECT order_id, sum(units) AS units FROM net GROUP BY order_id) s ON s.order_id = t.id
WHERE o.id = t.id
