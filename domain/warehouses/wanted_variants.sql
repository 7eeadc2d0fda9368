-- Variants that backorders wait for and of which warehouse $1 has free units.
SELECT s.variant_id
FROM stock_levels s
WHERE s.warehouse_id = $1 AND s.on_hand - s.allocated - s.held - s.unsellable > s.safety
  AND EXISTS (SELECT FROM order_lines l WHERE l.variant_id = s.variant_id
              AND l.quantity > l.cancelled + l.allocated + l.shipped)
ORDER BY s.variant_id
