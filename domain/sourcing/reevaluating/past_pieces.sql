-- The lines of past orders ($1), as if they waited whole.
SELECT l.order_id, l.position, l.id AS line_id, l.variant_id, l.sku, v.weight_g, l.quantity - l.cancelled AS units,
       NULL::uuid AS parcel_id
FROM order_lines l JOIN variants v ON v.id = l.variant_id
WHERE l.order_id = ANY($1::uuid[]) AND l.quantity > l.cancelled
ORDER BY l.order_id, l.position
