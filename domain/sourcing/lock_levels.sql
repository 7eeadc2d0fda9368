-- Lock the levels that a plan takes from ($1, $2), and all levels of the variants that it could not
-- fill ($3): what arrives there from now on finds the backorder written. The two are joined by UNION,
-- since an OR over them would read the whole table.
SELECT l.variant_id, l.warehouse_id, l.on_hand - l.allocated - l.held - l.unsellable - l.safety AS free
FROM (
    SELECT variant_id, warehouse_id FROM unnest($1::uuid[], $2::uuid[]) AS taken (variant_id, warehouse_id)
    UNION
    SELECT variant_id, warehouse_id FROM stock_levels WHERE variant_id = ANY($3::uuid[])
) AS wanted
JOIN stock_levels l USING (variant_id, warehouse_id)
ORDER BY l.variant_id, l.warehouse_id
FOR NO KEY UPDATE OF l
