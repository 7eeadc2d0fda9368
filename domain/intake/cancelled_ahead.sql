-- Of channel $1: the newest cancellation of each of these references whose order has not come yet.
SELECT DISTINCT ON (m.reference) m.id, m.reference, m.external_updated_at
FROM inbound_messages m
WHERE m.channel_id = $1 AND m.reference = ANY ($2::text[]) AND m.outcome = 'CANCELLED' AND m.order_id IS NULL
ORDER BY m.reference, m.external_updated_at DESC NULLS FIRST
