-- A delivery for each order event at feed positions in ($1, $2], for each endpoint that wants its kind and channel.
INSERT INTO webhook_deliveries (id, endpoint_id, event_id, order_id, position, state, next_at, created_at)
SELECT gen_random_uuid(), w.id, e.id, e.subject_id, f.position, 'PENDING', $3, $3
FROM feed f
JOIN events e ON e.id = f.row_id
JOIN orders o ON o.id = e.subject_id
JOIN webhook_endpoints w ON w.state = 'ENABLED'
    AND (w.kinds IS NULL OR e.kind = ANY(w.kinds)) AND (w.channel_ids IS NULL OR o.channel_id = ANY(w.channel_ids))
WHERE f.source = 1 AND f.position > $1 AND f.position <= $2
ON CONFLICT DO NOTHING
