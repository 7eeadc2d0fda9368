-- Levels by their two-part key, which `IN` over one column cannot say.
SELECT l.*
FROM unnest($1::uuid[], $2::uuid[]) AS wanted (variant_id, warehouse_id)
JOIN stock_levels l USING (variant_id, warehouse_id)
