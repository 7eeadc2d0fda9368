-- Keep the beginning of a delivery that was refused, with the digest of the whole.
INSERT INTO inbound_messages (id, channel_id, source, topic, sha256, body, body_bytes, headers, received_at,
                              last_received_at, outcome, outcome_at, code, detail)
VALUES ($1, $2, 'WEBHOOK', '', $3, $4, $5, $6::jsonb, $7, $7, 'REFUSED', $7, 'BAD_SIGNATURE', $8)
