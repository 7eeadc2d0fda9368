-- What the lines of order $1 are promised, in the order in which it is given up: reservations, then what nobody has
-- begun to pick, then what is being picked.
SELECT r.order_line_id, r.warehouse_id, r.variant_id, r.quantity, 'ORDER' AS document_kind, r.order_id AS document_id,
       false AS picked
FROM reservations r WHERE r.order_id = $1
UNION ALL
(SELECT l.order_line_id, f.warehouse_id, l.variant_id, l.quantity, 'FULFILMENT_ORDER', f.id,
        f.state IN ('PICKING', 'PACKED')
 FROM fulfilment_orders f JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
 WHERE f.order_id = $1 AND f.state IN ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED')
 ORDER BY f.state IN ('PICKING', 'PACKED'), f.created_at DESC, f.id DESC)
