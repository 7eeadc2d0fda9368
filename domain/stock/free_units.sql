-- The units of a variant that are free in all warehouses that orders may leave from, after safety stock.
(SELECT coalesce(sum(greatest(l.on_hand - l.allocated - l.held - l.unsellable - l.safety, 0)), 0)
 FROM stock_levels l JOIN warehouses w ON w.id = l.warehouse_id AND w.active
 WHERE l.variant_id = variants.id)
