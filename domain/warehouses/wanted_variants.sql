-- Variants that backorders wait for and of which warehouse $1 has units that are free or reserved for them.
SELECT s.variant_id
FROM stock_levels s
WHERE s.warehouse_id = $1
  AND (s.on_hand - s.allocated - s.held - s.unsellable > s.safety
       AND EXISTS (SELECT FROM order_lines l WHERE l.variant_id = s.variant_id
                   AND l.quantity > l.cancelled + l.allocated + l.shipped)
       OR EXISTS (SELECT FROM reservations r WHERE r.variant_id = s.variant_id))
ORDER BY s.variant_id
