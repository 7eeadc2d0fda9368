-- Orders that wait for units no warehouse has, oldest first.
SELECT o.placed_at AS since FROM orders o
WHERE o.sourcing = 'BACKORDERED' AND ($2::uuid[] IS NULL OR o.channel_id = ANY ($2))
ORDER BY o.placed_at
