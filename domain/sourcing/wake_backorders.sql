-- Backordered orders that units of these variants may serve: by urgency and age, up to what is
-- free, with some to spare for those that turn out to want something else. A line that no single
-- warehouse which may serve it can fill is passed over, so is an order that ships whole or not at all
-- while another of its lines has no stock, and one that is in as many parcels as it may be.
WITH free AS (
    SELECT variant_id, sum(free) AS total, max(free) AS most
    FROM (SELECT variant_id, on_hand - allocated - held - unsellable - safety AS free
          FROM stock_levels WHERE variant_id = ANY($1::uuid[])) l
    WHERE free > 0 GROUP BY variant_id
), queue AS (
    SELECT o.id, f.total,
           sum(l.open_units) OVER (PARTITION BY l.variant_id ORDER BY o.priority DESC, o.placed_at, o.id)
               - l.open_units AS units_before
    FROM free f
    JOIN order_lines l ON l.variant_id = f.variant_id AND l.quantity > l.cancelled + l.allocated + l.shipped
                      AND l.open_units <= f.most
    JOIN orders o ON o.id = l.order_id AND o.sourcing = 'BACKORDERED'
    WHERE EXISTS (
        -- at a warehouse that this order may leave from
        SELECT FROM stock_levels s JOIN warehouses w ON w.id = s.warehouse_id AND w.active
        WHERE s.variant_id = l.variant_id
          AND s.on_hand - s.allocated - s.held - s.unsellable - s.safety >= l.open_units
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
