-- What is to be sourced of each order: its open units, and those that were reserved at intake.
SELECT l.order_id, l.id AS line_id, l.variant_id, l.sku, v.weight_g, l.open_units + coalesce(r.units, 0) AS quantity,
       coalesce(r.warehouse_ids, '{}') AS reserved_at, coalesce(r.quantities, '{}') AS reserved_units
FROM order_lines l
JOIN variants v ON v.id = l.variant_id
LEFT JOIN LATERAL (
    SELECT sum(quantity)::int AS units, array_agg(warehouse_id) AS warehouse_ids, array_agg(quantity) AS quantities
    FROM reservations WHERE order_line_id = l.id
) r ON true
WHERE l.order_id = ANY($1::uuid[]) AND l.open_units + coalesce(r.units, 0) > 0
ORDER BY l.order_id, l.position
