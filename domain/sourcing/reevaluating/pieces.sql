-- What of these orders ($1) may move, parcel by parcel, and what waits: units of a line that was
-- reserved in part are left to allocation.
SELECT f.order_id, l.position, l.id AS line_id, l.variant_id, l.sku, v.weight_g, fl.quantity AS units,
       f.id AS parcel_id, f.warehouse_id, f.planned_ship_on, f.arrives_on, f.releasable_at
FROM fulfilment_orders f
JOIN fulfilment_order_lines fl ON fl.fulfilment_order_id = f.id
JOIN order_lines l ON l.id = fl.order_line_id
JOIN variants v ON v.id = l.variant_id
WHERE f.order_id = ANY($1::uuid[]) AND f.state IN ('OPEN', 'ACCEPTED')
UNION ALL
SELECT l.order_id, l.position, l.id, l.variant_id, l.sku, v.weight_g, l.open_units, NULL, NULL, NULL, NULL, NULL
FROM order_lines l JOIN variants v ON v.id = l.variant_id
WHERE l.order_id = ANY($1::uuid[]) AND l.open_units > 0
  AND NOT EXISTS (SELECT FROM reservations r WHERE r.order_id = l.order_id)
ORDER BY order_id, position, parcel_id
