-- Units arrive: shipped units count as delivered, and an order all of whose units have arrived
-- is completed, and no longer on hold. Returns the orders that are completed by this.
WITH delta AS (
    SELECT order_line_id, order_id, sum(quantity) AS units
    FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS t (order_line_id, order_id, quantity)
    GROUP BY order_line_id, order_id
), lines AS (
    UPDATE order_lines l SET delivered = l.delivered + d.units FROM delta d WHERE l.id = d.order_line_id
), arrived AS (
    UPDATE orders o
    SET units_delivered = o.units_delivered + s.units,
        state = CASE WHEN o.units_delivered + s.units = o.units - o.units_cancelled THEN 'COMPLETED' ELSE o.state END,
        sourcing = CASE WHEN o.units_delivered + s.units = o.units - o.units_cancelled THEN 'SOURCED' ELSE o.sourcing END
    FROM (SELECT order_id, sum(units) AS units FROM delta GROUP BY order_id) s
    WHERE o.id = s.order_id
    RETURNING o.id, o.state
)
SELECT id FROM arrived WHERE state = 'COMPLETED'
