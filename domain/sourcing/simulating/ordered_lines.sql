-- What was ordered: all lines, whole, whatever has become of them since.
SELECT l.order_id, l.id AS line_id, l.variant_id, l.sku, l.quantity, v.weight_g
FROM order_lines l JOIN variants v ON v.id = l.variant_id
WHERE l.order_id = ANY($1::uuid[])
ORDER BY l.order_id, l.position
