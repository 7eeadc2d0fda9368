-- Nothing is oversold: what is promised, held and unsellable is on hand.
-- If broken: Stop selling the SKU (a channel's `stockShareBp` 0, or safety stock), count it, and report it.
SELECT format('level of %s in %s: %s on hand, %s allocated, %s held, %s unsellable, %s incoming, %s safety',
              variant_id, warehouse_id, on_hand, allocated, held, unsellable, incoming, safety) AS violation
FROM stock_levels
WHERE allocated < 0 OR held < 0 OR unsellable < 0 OR incoming < 0 OR safety < 0
   OR allocated + held + unsellable > on_hand
