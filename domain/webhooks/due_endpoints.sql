-- Endpoints with something to send that may be sent to now; whoever asks has them for a while, under
-- an epoch of its own.
WITH due AS (
    SELECT w.id FROM webhook_endpoints w
    WHERE w.state = 'ENABLED' AND (w.not_before IS NULL OR w.not_before <= $1)
      AND (w.sending_until IS NULL OR w.sending_until < $1)
      AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = w.id AND d.state = 'PENDING' AND d.next_at <= $1)
    FOR NO KEY UPDATE OF w SKIP LOCKED
)
UPDATE webhook_endpoints w SET sending_until = $2, send_epoch = send_epoch + 1
FROM due WHERE w.id = due.id RETURNING w.id, w.send_epoch
