-- Lock the levels of these variants, in (variant, warehouse) order, and say what is free of each
-- after safety stock.
SELECT variant_id, warehouse_id, on_hand - allocated - held - unsellable - safety AS free
FROM stock_levels
WHERE variant_id = ANY($1::uuid[])
ORDER BY variant_id, warehouse_id
FOR NO KEY UPDATE
