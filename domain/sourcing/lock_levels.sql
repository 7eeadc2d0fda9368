-- Lock the levels that a plan takes from ($1, $2), and all levels of the variants that it could not
-- fill ($3): what arrives there from now on finds the backorder written.
SELECT variant_id, warehouse_id, on_hand - allocated - held - unsellable - safety AS free
FROM stock_levels
WHERE variant_id = ANY($3::uuid[])
   OR (variant_id, warehouse_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
ORDER BY variant_id, warehouse_id
FOR NO KEY UPDATE
