-- Count what moved orders ($1) have now: units ($3) of lines ($2) that had waited are promised. An order of which
-- nothing waits any more, what is only reserved included, is sourced; another one stands where it stood.
WITH net AS (
    SELECT t.line_id, l.order_id, sum(t.units) AS units
    FROM unnest($2::uuid[], $3::int[]) AS t (line_id, units) JOIN order_lines l ON l.id = t.line_id
    GROUP BY t.line_id, l.order_id
), lines AS (
    UPDATE order_lines l SET allocated = l.allocated + n.units FROM net n WHERE l.id = n.line_id
), after AS (
    SELECT o.id, coalesce(s.units, 0) AS more,
           o.units - o.units_cancelled - o.units_allocated - o.units_shipped > coalesce(s.units, 0)
               OR EXISTS (SELECT FROM reservations r WHERE r.order_id = o.id) AS waits
    FROM orders o LEFT JOIN (SELECT order_id, sum(units) AS units FROM net GROUP BY order_id) s ON s.order_id = o.id
    WHERE o.id = ANY($1::uuid[])
)
UPDATE orders o
SET version = o.version + 1, updated_at = $4, units_allocated = o.units_allocated + a.more,
    sourcing = CASE WHEN a.waits THEN o.sourcing ELSE 'SOURCED' END,
    source_again_at = CASE WHEN a.waits THEN o.source_again_at END,
    cancel_unfilled_at = CASE WHEN a.waits THEN o.cancel_unfilled_at END
FROM after a WHERE a.id = o.id
