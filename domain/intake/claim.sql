-- The oldest messages of channel $1 that wait, up to $2 of them and, but for the first, $3 bytes.
WITH oldest AS (
    SELECT id, body_bytes FROM inbound_messages WHERE channel_id = $1 AND outcome = 'RECEIVED' ORDER BY id LIMIT $2
), chosen AS (
    SELECT id FROM (SELECT id, sum(body_bytes) OVER (ORDER BY id) - body_bytes AS bytes_before FROM oldest) sized
    WHERE bytes_before < $3
)
SELECT m.id, m.topic, m.delivery_id, m.event_id, m.reference, m.external_updated_at, m.body, m.received_at
FROM inbound_messages m JOIN chosen USING (id)
WHERE m.outcome = 'RECEIVED'
ORDER BY m.id FOR NO KEY UPDATE OF m
