-- Backordered orders that units of these variants may serve: by urgency and age, up to what is
-- free, with some to spare for those that turn out to want something else. A line that no single
-- warehouse which may serve it can fill, with what is reserved for it there, is passed over, so is an order that ships
-- whole or not at all while another of its lines has no stock, and one that is in as many parcels as it may be.
WITH free AS (
    SELECT variant_id, sum(greatest(on_hand - allocated - held - unsellable - safety, 0)) AS total
    FROM stock_levels WHERE variant_id = ANY($1::uuid[]) GROUP BY variant_id
), wanted AS (
    SELECT line_id, order_id, variant_id, sum(units) AS units
    FROM (SELECT id AS line_id, order_id, variant_id, open_units AS units FROM order_lines
          WHERE variant_id = ANY($1::uuid[]) AND quantity > cancelled + allocated + shipped
          UNION ALL
          SELECT order_line_id, order_id, variant_id, quantity FROM reservations WHERE variant_id = ANY($1::uuid[])) AS part
    GROUP BY line_id, order_id, variant_id
), queue AS (
    SELECT o.id, f.total,
           sum(l.units) OVER (PARTITION BY l.variant_id ORDER BY o.priority DESC, o.placed_at, o.id)
               - l.units AS units_before
    FROM free f
    JOIN wanted l USING (variant_id)
    JOIN orders o ON o.id = l.order_id AND o.sourcing = 'BACKORDERED'
    WHERE EXISTS (
        -- at a warehouse that this order may leave from
        SELECT FROM stock_levels s JOIN warehouses w ON w.id = s.warehouse_id AND w.active
        LEFT JOIN reservations r ON r.order_line_id = l.line_id AND r.warehouse_id = w.id
        WHERE s.variant_id = l.variant_id
          AND greatest(s.on_hand - s.allocated - s.held - s.unsellable - s.safety, 0) + coalesce(r.quantity, 0) >= l.units
          AND NOT EXISTS (SELECT FROM sourcing_exclusions e WHERE e.order_id = o.id AND e.warehouse_id = w.id)
          AND (NOT EXISTS (SELECT FROM channel_warehouses c WHERE c.channel_id = o.channel_id)
               OR EXISTS (SELECT FROM channel_warehouses c WHERE c.channel_id = o.channel_id AND c.warehouse_id = w.id)))
      AND (SELECT count(*) FROM fulfilment_orders p
           WHERE p.order_id = o.id AND p.state NOT IN ('REJECTED', 'CANCELLED')) < o.max_shipments
      AND (o.split_policy = 'PARTIAL_ALLOWED' OR NOT EXISTS (
        SELECT FROM order_lines other
        WHERE other.order_id = o.id AND other.open_units > 0 AND NOT EXISTS (
            SELECT FROM stock_levels s WHERE s.variant_id = other.variant_id
            AND s.on_hand - s.allocated - s.held - s.unsellable - s.safety >= other.open_units)))
), chosen AS (
    SELECT o.id FROM orders o
    WHERE o.id IN (SELECT id FROM queue WHERE units_before < 2 * total + 100)
    ORDER BY o.id FOR NO KEY UPDATE
)
UPDATE orders o SET sourcing = 'WAITING' FROM chosen c WHERE o.id = c.id AND o.sourcing = 'BACKORDERED'
