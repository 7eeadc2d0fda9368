-- Fulfilment orders that have not left and were planned to arrive after the promised day, oldest first.
SELECT f.created_at AS since FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
WHERE f.late AND f.state IN ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED')
  AND ($2::uuid[] IS NULL OR o.channel_id = ANY ($2))
ORDER BY f.created_at
