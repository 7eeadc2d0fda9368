-- Free units, after safety stock, at the moment $1, of each variant that an order wants that was decided in the span
-- (from $1 until $2), or placed from $3 on before its end: the levels of now less what the ledger says has changed
-- since. So it costs what the span and the time since cost, not what all of history does. One statement, so one snapshot.
WITH wanted AS (
    SELECT DISTINCT l.variant_id
    FROM (SELECT DISTINCT order_id FROM sourcing_decisions WHERE at >= $1 AND at < $2) d
    JOIN orders o ON o.id = d.order_id AND o.taken_in_at >= $1
    JOIN order_lines l ON l.order_id = o.id
    UNION
    SELECT l.variant_id FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.placed_at >= $3 AND o.placed_at < $2
), since AS (
    SELECT variant_id, warehouse_id, sum(on_hand - allocated - held - unsellable) AS units
    FROM stock_entries WHERE at >= $1 GROUP BY variant_id, warehouse_id
)
SELECT l.variant_id, l.warehouse_id,
       (l.on_hand - l.allocated - l.held - l.unsellable - l.safety - coalesce(s.units, 0))::bigint AS units
FROM stock_levels l
JOIN wanted USING (variant_id)
LEFT JOIN since s USING (variant_id, warehouse_id)
