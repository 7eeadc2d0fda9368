-- Units that may be promised of each variant ($1), after safety stock; 0 where more is promised than that.
SELECT variant_id, warehouse_id, greatest(0, on_hand - allocated - held - unsellable - safety) AS free
FROM stock_levels WHERE variant_id = ANY($1::uuid[])
