-- Of channel $1: when each of these references was cancelled last whose order has not come yet; without a time, it counts
-- from when it came.
SELECT m.reference, max(coalesce(m.external_updated_at, m.received_at)) AS cancelled_at
FROM inbound_messages m
WHERE m.channel_id = $1 AND m.reference = ANY ($2::text[]) AND m.outcome = 'CANCELLED' AND m.order_id IS NULL
GROUP BY m.reference
