-- Variants that orders wait for and of which warehouse $1 (none: any) has units that are free or reserved for them. What
-- is just being decided, on the warehouses as they were, counts as well.
SELECT DISTINCT l.variant_id
FROM orders o
JOIN order_lines l ON l.order_id = o.id
JOIN stock_levels s ON s.variant_id = l.variant_id AND ($1::uuid IS NULL OR s.warehouse_id = $1)
WHERE o.sourcing IN ('BACKORDERED', 'WAITING')
  AND (EXISTS (SELECT FROM reservations r WHERE r.order_line_id = l.id)
       OR l.open_units > 0 AND s.on_hand - s.allocated - s.held - s.unsellable > s.safety)
ORDER BY l.variant_id
