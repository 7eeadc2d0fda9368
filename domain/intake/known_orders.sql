-- The orders of channel $1 that carry these references, and whether a change of each waits for somebody. A cancellation
-- without a time counts from when it came.
SELECT o.id, o.external_reference, o.number, o.state, o.content_hash, o.external_updated_at,
       (SELECT m.received_at FROM inbound_messages m WHERE m.id = o.stated_by) AS stated_at,
       CASE o.state WHEN 'CANCELLED' THEN (SELECT max(coalesce(m.external_updated_at, m.received_at)) FROM inbound_messages m
                                           WHERE m.order_id = o.id AND m.outcome = 'CANCELLED') END AS cancelled_there_at,
       EXISTS (SELECT FROM order_changes c WHERE c.order_id = o.id AND c.state = 'PENDING') AS change_waits
FROM unnest($2::text[]) AS asked (external_reference)
CROSS JOIN LATERAL (SELECT * FROM orders p WHERE p.channel_id = $1
                    AND p.external_reference = asked.external_reference LIMIT 1) o
