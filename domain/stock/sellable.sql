-- What channels may sell: $1 channels and $2 variants are pairs. Free units over the warehouses a channel sells from,
-- but for those that the rules keep for other channels, less the demand of orders that no warehouse has been promised for yet, times its share, less its buffer.
WITH asked AS (
    SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[]) AS t (channel_id, variant_id)
), served AS (
    SELECT c.id AS channel_id, w.id AS warehouse_id
    FROM channels c CROSS JOIN warehouses w
    WHERE c.id = ANY($1::uuid[]) AND w.active AND (
        EXISTS (SELECT FROM channel_warehouses cw WHERE cw.channel_id = c.id AND cw.warehouse_id = w.id)
        OR NOT EXISTS (SELECT FROM channel_warehouses cw WHERE cw.channel_id = c.id))
), levels AS (
    SELECT a.channel_id, a.variant_id, l.warehouse_id, l.on_hand,
           l.on_hand - l.allocated - l.held - l.unsellable - l.safety AS free
    FROM asked a
    JOIN stock_levels l ON l.variant_id = a.variant_id
    JOIN served s ON s.channel_id = a.channel_id AND s.warehouse_id = l.warehouse_id
), kept AS (
    SELECT l.channel_id, l.variant_id, l.warehouse_id, sum(p.units) AS units
    FROM protected_stock p
    JOIN levels l ON l.warehouse_id = p.warehouse_id AND l.channel_id <> p.channel_id
    JOIN variants v ON v.id = l.variant_id AND (p.skus = '[]' OR p.skus ? v.sku)
    GROUP BY l.channel_id, l.variant_id, l.warehouse_id
), stock AS (
    SELECT l.channel_id, l.variant_id, sum(l.on_hand) AS on_hand,
           sum(greatest(l.free - coalesce(k.units, 0), 0)) AS available
    FROM levels l LEFT JOIN kept k USING (channel_id, variant_id, warehouse_id)
    GROUP BY l.channel_id, l.variant_id
), demand AS (
    SELECT ol.variant_id, sum(ol.open_units) AS units
    FROM order_lines ol
    WHERE ol.variant_id = ANY($2::uuid[]) AND ol.quantity > ol.cancelled + ol.allocated + ol.shipped
    GROUP BY ol.variant_id
)
SELECT a.channel_id, a.variant_id,
       coalesce(s.on_hand, 0)::bigint   AS on_hand,
       coalesce(s.available, 0)::bigint AS available,
       coalesce(d.units, 0)::bigint     AS unallocated_demand,
       greatest(floor((coalesce(s.available, 0) - coalesce(d.units, 0)) * c.stock_share_bp / 10000.0) - c.stock_buffer, 0)::bigint
           AS sellable
FROM asked a JOIN channels c ON c.id = a.channel_id
LEFT JOIN stock s ON s.channel_id = a.channel_id AND s.variant_id = a.variant_id
LEFT JOIN demand d ON d.variant_id = a.variant_id
