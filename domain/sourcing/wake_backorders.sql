-- Let backordered orders that units of variants ($1) may serve wait for sourcing again: of each queue, by urgency and
-- age, behind a turn in it ($2, $3, $4), at $5, up to what is free, with some to spare for those that turn out to want
-- something else. Where more come behind these, the last turn is told: zones, rules and full days are left to the
-- planner. A line that no single warehouse which may serve it can fill, with what is reserved for it there, is passed
-- over, so is an order that ships whole or not at all while another of its lines has no stock, and one that is in as
-- many parcels as it may be.
WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::uuid[])
                  WITH ORDINALITY AS t (variant_id, rank, placed_at, order_id, walk)
), free AS (
    SELECT variant_id, sum(greatest(on_hand - allocated - held - unsellable - safety, 0)) AS total
    FROM stock_levels WHERE variant_id = ANY($1::uuid[]) GROUP BY variant_id
), kept AS MATERIALIZED (
    SELECT * FROM protected_stock
), line AS (
    SELECT a.walk, a.variant_id, f.total, q.*
    FROM asked a
    JOIN free f USING (variant_id)
    CROSS JOIN LATERAL (
        SELECT o.rank, o.placed_at, o.id, o.units
        FROM (
            -- sorted before it is looked at closer, so that no more are than fit
            SELECT o.id, -o.priority AS rank, o.placed_at, o.channel_id, o.ship_to, o.split_policy, o.max_shipments,
                   l.line_id, l.sku, l.units
            FROM (SELECT line_id, order_id, sku, sum(units) AS units
                  FROM (SELECT id AS line_id, order_id, sku, open_units AS units FROM order_lines
                        WHERE variant_id = a.variant_id AND quantity > cancelled + allocated + shipped
                        UNION ALL
                        SELECT l.id, l.order_id, l.sku, r.quantity
                        FROM reservations r JOIN order_lines l ON l.id = r.order_line_id
                        WHERE r.variant_id = a.variant_id) AS part
                  GROUP BY line_id, order_id, sku) AS l
            JOIN orders o ON o.id = l.order_id AND o.sourcing = 'BACKORDERED'
                         AND (-o.priority, o.placed_at, o.id) > (a.rank, a.placed_at, a.order_id)
            ORDER BY -o.priority, o.placed_at, o.id OFFSET 0
        ) AS o
        WHERE EXISTS (
            -- at a warehouse that this order may leave from
            SELECT FROM stock_levels s JOIN warehouses w ON w.id = s.warehouse_id AND w.active
            LEFT JOIN reservations r ON r.order_line_id = o.line_id AND r.warehouse_id = w.id
            CROSS JOIN LATERAL (SELECT s.on_hand - s.allocated - s.held - s.unsellable - s.safety AS free,
                                       coalesce(r.quantity, 0) AS own) AS has
            WHERE s.variant_id = a.variant_id AND greatest(has.free, 0) + has.own >= o.units
              AND greatest(has.free - (SELECT coalesce(sum(k.units), 0) FROM kept k
                                       WHERE k.warehouse_id = w.id AND k.channel_id <> o.channel_id
                                         AND (k.skus = '[]' OR k.skus ? o.sku)), 0) + has.own >= o.units
              AND (w.regions IS NULL OR EXISTS (
                  SELECT FROM unnest(w.regions) AS region
                  WHERE starts_with(concat(o.ship_to->>'country_code', '-',
                                           upper(replace(o.ship_to->>'postcode', ' ', ''))), region)))
              AND NOT EXISTS (SELECT FROM sourcing_exclusions e
                              WHERE e.order_id = o.id AND e.warehouse_id = w.id AND (e.until > $5::timestamptz) IS NOT FALSE)
              AND (NOT EXISTS (SELECT FROM channel_warehouses c WHERE c.channel_id = o.channel_id)
                   OR EXISTS (SELECT FROM channel_warehouses c WHERE c.channel_id = o.channel_id AND c.warehouse_id = w.id)))
          AND (SELECT count(*) FROM fulfilment_orders p
               WHERE p.order_id = o.id AND p.state NOT IN ('REJECTED', 'CANCELLED')) < o.max_shipments
          AND (o.split_policy = 'PARTIAL_ALLOWED' OR NOT EXISTS (
            SELECT FROM order_lines other
            WHERE other.order_id = o.id AND other.open_units > 0 AND NOT EXISTS (
                SELECT FROM stock_levels s WHERE s.variant_id = other.variant_id
                AND s.on_hand - s.allocated - s.held - s.unsellable - s.safety >= other.open_units)))
        ORDER BY o.rank, o.placed_at, o.id LIMIT 2 * f.total + 101
    ) AS q
), queue AS (
    SELECT walk, variant_id, rank, placed_at, id,
           coalesce(sum(units) OVER (PARTITION BY walk ORDER BY rank, placed_at, id
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < 2 * total + 100 AS near
    FROM line
), chosen AS (
    SELECT o.id FROM orders o WHERE o.id IN (SELECT id FROM queue WHERE near) ORDER BY o.id FOR NO KEY UPDATE
), woken AS (
    UPDATE orders o SET sourcing = 'WAITING' FROM chosen c WHERE o.id = c.id AND o.sourcing = 'BACKORDERED' RETURNING o.id
), beyond AS (
    SELECT DISTINCT ON (walk) variant_id, rank, placed_at, id
    FROM queue WHERE near AND walk IN (SELECT walk FROM queue WHERE NOT near)
    ORDER BY walk, rank DESC, placed_at DESC, id DESC
)
SELECT (SELECT count(*) FROM woken) AS woken, b.* FROM (VALUES (0)) AS one LEFT JOIN beyond b ON true
