-- What is free at the levels that were too low, with the words a person knows them by.
SELECT v.sku, w.code AS warehouse, asked.requested,
       coalesce(l.on_hand - l.allocated - l.held - l.unsellable, 0) AS available
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS asked (variant_id, warehouse_id, requested)
JOIN variants v ON v.id = asked.variant_id
JOIN warehouses w ON w.id = asked.warehouse_id
LEFT JOIN stock_levels l ON l.variant_id = asked.variant_id AND l.warehouse_id = asked.warehouse_id
ORDER BY v.sku, w.code
