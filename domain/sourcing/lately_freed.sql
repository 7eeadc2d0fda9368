-- Variants that somebody waits for of which units became free since $1.
SELECT array_agg(DISTINCT e.variant_id)
FROM stock_entries e
WHERE e.at >= $1 AND e.on_hand - e.allocated - e.held - e.unsellable > 0
  AND (EXISTS (SELECT FROM order_lines l WHERE l.variant_id = e.variant_id
               AND l.quantity > l.cancelled + l.allocated + l.shipped)
       OR EXISTS (SELECT FROM reservations r WHERE r.variant_id = e.variant_id))
