-- Count messages that came again: by their delivery, their event, or their bytes where they have neither.
WITH repeat AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[])
         AS t (channel_id, topic, delivery_id, event_id, sha256)
), known AS (
    SELECT coalesce(d.id, e.id, c.id) AS id, count(*) AS times
    FROM repeat r
    LEFT JOIN LATERAL (SELECT id FROM inbound_messages m WHERE m.channel_id = r.channel_id
                       AND m.delivery_id = r.delivery_id AND m.delivery_id IS NOT NULL AND m.outcome <> 'REFUSED' LIMIT 1) d ON true
    LEFT JOIN LATERAL (SELECT id FROM inbound_messages m WHERE m.channel_id = r.channel_id AND m.topic = r.topic
                       AND m.event_id = r.event_id AND m.event_id IS NOT NULL AND m.outcome <> 'REFUSED' LIMIT 1) e ON true
    LEFT JOIN LATERAL (SELECT id FROM inbound_messages m WHERE m.channel_id = r.channel_id AND m.topic = r.topic
                       AND m.sha256 = r.sha256 AND m.delivery_id IS NULL AND m.event_id IS NULL
                       AND m.outcome <> 'REFUSED' LIMIT 1) c ON r.delivery_id IS NULL AND r.event_id IS NULL
    WHERE coalesce(d.id, e.id, c.id) IS NOT NULL
    GROUP BY 1
), locked AS (
    SELECT m.id, k.times FROM inbound_messages m JOIN known k USING (id) ORDER BY m.id FOR NO KEY UPDATE OF m
)
UPDATE inbound_messages m SET times_received = times_received + l.times, last_received_at = greatest(last_received_at, $6)
FROM locked l WHERE m.id = l.id
