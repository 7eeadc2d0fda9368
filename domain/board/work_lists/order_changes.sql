-- Changes by channels that somebody has to decide about, oldest first.
SELECT c.created_at AS since FROM order_changes c JOIN orders o ON o.id = c.order_id
WHERE c.state = 'PENDING' AND ($2::uuid[] IS NULL OR o.channel_id = ANY ($2))
ORDER BY c.id
