-- How far order $1 is: for each line the units that are open or promised but not begun to be picked, and whether any of
-- the order is being picked or has left.
SELECT l.sku, l.open_units + coalesce((SELECT sum(r.quantity) FROM reservations r WHERE r.order_line_id = l.id), 0)
       + coalesce((SELECT sum(p.quantity) FROM fulfilment_order_lines p JOIN fulfilment_orders f ON f.id = p.fulfilment_order_id
                   WHERE p.order_line_id = l.id AND f.state IN ('OPEN', 'ON_HOLD', 'ACCEPTED')), 0) AS free,
       EXISTS (SELECT FROM fulfilment_orders f WHERE f.order_id = l.order_id
               AND f.state IN ('PICKING', 'PACKED', 'SHIPPED', 'DELIVERED')) AS handled
FROM order_lines l WHERE l.order_id = $1
