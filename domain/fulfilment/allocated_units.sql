-- Everything an order has been promised: its reservations, and the lines of its live fulfilment orders.
SELECT r.order_line_id, r.order_id, r.warehouse_id, r.variant_id, r.quantity,
       'ORDER' AS document_kind, r.order_id AS document_id
FROM reservations r WHERE r.order_id = $1
UNION ALL
SELECT l.order_line_id, f.order_id, f.warehouse_id, l.variant_id, l.quantity, 'FULFILMENT_ORDER', f.id
FROM fulfilment_orders f JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
WHERE f.order_id = $1 AND f.state IN ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED')
