-- What an enabled endpoint shall hear is on its way within a minute of its time, unless the endpoint is left alone.
-- If broken: See that a relay and workers run, and what the endpoint answered last (`webhookDeliveries`).
SELECT format('%s waits for message %s since %s', w.url, d.id, d.next_at) AS violation
FROM webhook_endpoints w
CROSS JOIN LATERAL (
    SELECT p.id, p.next_at FROM webhook_deliveries p WHERE p.endpoint_id = w.id AND p.state = 'PENDING'
    ORDER BY p.position LIMIT 1
) d
WHERE w.state = 'ENABLED' AND d.next_at < $1::timestamptz - interval '1 minute'
  AND (w.not_before IS NULL OR w.not_before < $1::timestamptz - interval '1 minute')
  AND (w.sending_until IS NULL OR w.sending_until < $1)
