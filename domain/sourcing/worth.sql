-- Bid prices of units of variants ($1), and of parcels (variant NULL), that were computed at $2 or later.
SELECT variant_id, warehouse_id, minor FROM bid_prices WHERE variant_id = ANY($1::uuid[]) AND computed_at >= $2
UNION ALL
SELECT NULL, warehouse_id, minor FROM warehouse_bid_prices WHERE computed_at >= $2
