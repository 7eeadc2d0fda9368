-- Create variants, or make them say what is given. Written in the order of SKUs, so that two
-- batches sharing some wait for each other instead of deadlocking.
INSERT INTO variants AS v (id, product_id, sku, name, weight_g, barcode, unit_cost_minor, unit_cost_currency, created_at)
SELECT t.id, p.id, t.sku, t.name, t.weight_g, t.barcode, t.unit_cost_minor, t.unit_cost_currency, $9
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::bigint[], $8::text[])
     AS t (id, product_code, sku, name, weight_g, barcode, unit_cost_minor, unit_cost_currency)
JOIN products p ON p.code = t.product_code
ORDER BY t.sku
ON CONFLICT (sku) DO UPDATE
SET product_id = excluded.product_id, name = excluded.name, weight_g = excluded.weight_g, barcode = excluded.barcode,
    unit_cost_minor = coalesce(excluded.unit_cost_minor, v.unit_cost_minor),
    unit_cost_currency = coalesce(excluded.unit_cost_currency, v.unit_cost_currency)
RETURNING v.sku, v.id
