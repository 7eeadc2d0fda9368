-- What may be promised of each variant, after safety stock.
SELECT variant_id, warehouse_id, on_hand - allocated - held - unsellable - safety AS free
FROM stock_levels
WHERE variant_id = ANY($1::uuid[]) AND on_hand - allocated - held - unsellable > safety
