-- Open work by stage and channel ($1; NULL: every one): orders until they are sourced, from there on fulfilment
-- orders until they leave. It reads what is open by partial or leading index columns, never history. What is held
-- stands with its order alone.
SELECT stage, channel_id, count(*) AS number, min(since) AS oldest_at
FROM (
    SELECT o.sourcing AS stage, o.channel_id, o.placed_at AS since
    FROM orders o WHERE o.sourcing IN ('WAITING', 'ON_HOLD', 'BACKORDERED')
    UNION ALL
    SELECT CASE WHEN f.state IN ('OPEN', 'ACCEPTED') THEN 'TO_PICK' ELSE f.state END, o.channel_id, f.created_at
    FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
    WHERE f.state IN ('OPEN', 'ACCEPTED', 'PICKING', 'PACKED')
) AS open
WHERE $1::uuid[] IS NULL OR channel_id = ANY ($1)
GROUP BY stage, channel_id
