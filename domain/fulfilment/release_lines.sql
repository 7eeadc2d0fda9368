-- Allocated units are given back: at the lines, and summed up at their orders.
WITH delta AS (
    SELECT order_line_id, order_id, sum(quantity) AS units
    FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS t (order_line_id, order_id, quantity)
    GROUP BY order_line_id, order_id
), lines AS (
    UPDATE order_lines l SET allocated = l.allocated - d.units FROM delta d WHERE l.id = d.order_line_id
)
UPDATE orders o SET units_allocated = o.units_allocated - s.units
FROM (SELECT order_id, sum(units) AS units FROM delta GROUP BY order_id) s
WHERE o.id = s.order_id
