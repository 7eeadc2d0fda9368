-- The lines of fulfilment orders, with the SKU and name that the customer ordered.
SELECT f.fulfilment_order_id, f.order_line_id, f.variant_id, f.quantity, l.sku, l.name, l.position
FROM fulfilment_order_lines f JOIN order_lines l ON l.id = f.order_line_id
WHERE f.fulfilment_order_id = ANY ($1::uuid[])
ORDER BY f.fulfilment_order_id, l.position
