-- Which warehouses must not be tried for an order at $3, and until when, and which a channel sells from.
SELECT 'EXCLUDED' AS kind, order_id AS subject_id, warehouse_id, reason, until FROM sourcing_exclusions
WHERE order_id = ANY($1::uuid[]) AND (until > $3::timestamptz) IS NOT FALSE
UNION ALL
SELECT 'SERVED', channel_id, warehouse_id, '', NULL FROM channel_warehouses WHERE channel_id = ANY($2::uuid[])
