-- Variants that backorders of channel $1 wait for although some warehouse has units of them that are free or reserved
-- for them.
SELECT DISTINCT l.variant_id
FROM orders o
JOIN order_lines l ON l.order_id = o.id
WHERE o.state = 'OPEN' AND o.sourcing = 'BACKORDERED' AND o.channel_id = $1
  AND (EXISTS (SELECT FROM reservations r WHERE r.order_line_id = l.id)
       OR l.open_units > 0 AND EXISTS (SELECT FROM stock_levels s WHERE s.variant_id = l.variant_id
                                       AND s.on_hand - s.allocated - s.held - s.unsellable > s.safety))
ORDER BY l.variant_id
