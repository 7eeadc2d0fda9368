-- Orders that somebody has to release, oldest first.
SELECT o.placed_at AS since FROM orders o
WHERE o.sourcing = 'ON_HOLD' AND ($2::uuid[] IS NULL OR o.channel_id = ANY ($2))
ORDER BY o.placed_at
