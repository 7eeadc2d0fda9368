-- Which warehouses must not be tried for an order, and which a channel sells from.
SELECT 'EXCLUDED' AS kind, order_id AS subject_id, warehouse_id, reason FROM sourcing_exclusions
WHERE order_id = ANY($1::uuid[])
UNION ALL
SELECT 'SERVED', channel_id, warehouse_id, '' FROM channel_warehouses WHERE channel_id = ANY($2::uuid[])
