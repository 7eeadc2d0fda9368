-- Units leave: what was allocated is shipped, at the lines and summed up at their orders. The
-- deltas are of one order line each, so a line shipped from two warehouses at once adds up.
WITH delta AS (
    SELECT order_line_id, order_id, sum(quantity) AS units
    FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS t (order_line_id, order_id, quantity)
    GROUP BY order_line_id, order_id
), lines AS (
    UPDATE order_lines l SET allocated = l.allocated - d.units, shipped = l.shipped + d.units
    FROM delta d WHERE l.id = d.order_line_id
)
UPDATE orders o SET units_allocated = o.units_allocated - s.units, units_shipped = o.units_shipped + s.units
FROM (SELECT order_id, sum(units) AS units FROM delta GROUP BY order_id) s
WHERE o.id = s.order_id
