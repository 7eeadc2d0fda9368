-- Messages by what people type: how a reference begins, or a delivery's id. Ids are UUIDv7: the greatest are the newest.
SELECT found.id
FROM (
    (SELECT m.id FROM inbound_messages m WHERE m.reference LIKE $2 ORDER BY m.id DESC LIMIT $4)
    UNION
    (SELECT m.id FROM channels c
     JOIN inbound_messages m ON m.channel_id = c.id AND m.delivery_id = $1 AND m.outcome <> 'REFUSED')
) AS found
JOIN inbound_messages m ON m.id = found.id
WHERE $3::uuid[] IS NULL OR m.channel_id = ANY ($3)
ORDER BY found.id DESC
LIMIT $4
