-- What a channel may sell of each SKU: free units over the warehouses it sells from, less the demand
-- of orders that no warehouse has been promised for yet, times its share, less its buffer.
WITH asked AS (
    SELECT v.id, v.sku, t.ord
    FROM unnest($1::text[]) WITH ORDINALITY AS t (sku, ord) JOIN variants v ON v.sku = t.sku
), served AS (
    SELECT w.id FROM warehouses w
    WHERE w.active AND (
        EXISTS (SELECT FROM channel_warehouses cw WHERE cw.channel_id = $2 AND cw.warehouse_id = w.id)
        OR NOT EXISTS (SELECT FROM channel_warehouses cw WHERE cw.channel_id = $2))
), stock AS (
    SELECT l.variant_id, sum(l.on_hand) AS on_hand,
           sum(greatest(l.on_hand - l.allocated - l.held - l.unsellable - l.safety, 0)) AS available
    FROM stock_levels l JOIN served s ON s.id = l.warehouse_id
    WHERE l.variant_id IN (SELECT id FROM asked)
    GROUP BY l.variant_id
), demand AS (
    SELECT ol.variant_id, sum(ol.open_units) AS units
    FROM order_lines ol
    WHERE ol.variant_id IN (SELECT id FROM asked) AND ol.quantity > ol.cancelled + ol.allocated + ol.shipped
    GROUP BY ol.variant_id
)
SELECT a.sku, a.id AS variant_id,
       coalesce(s.on_hand, 0)::bigint   AS on_hand,
       coalesce(s.available, 0)::bigint AS available,
       coalesce(d.units, 0)::bigint     AS unallocated_demand,
       greatest(floor((coalesce(s.available, 0) - coalesce(d.units, 0)) * c.stock_share_bp / 10000.0) - c.stock_buffer, 0)::bigint
           AS sellable
FROM asked a CROSS JOIN channels c
LEFT JOIN stock s ON s.variant_id = a.id
LEFT JOIN demand d ON d.variant_id = a.id
WHERE c.id = $2
ORDER BY a.ord
