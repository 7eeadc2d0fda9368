-- Orders that have not left as a whole, by channel ($1; NULL: every one).
SELECT channel_id, count(*) AS orders, sum(units - units_cancelled - units_shipped)::bigint AS units,
       min(placed_at) AS oldest_placed_at
FROM orders
WHERE fulfilment_status IN ('UNFULFILLED', 'PARTLY_SHIPPED') AND ($1::uuid[] IS NULL OR channel_id = ANY ($1))
GROUP BY channel_id
