-- Messages by what people type ($1): how a reference begins, or a delivery's id. Ids are UUIDv7: the greatest are the newest.
-- As in orders/search.sql, up to $4 that begin alike are read from the index, in its order, and only if there are more,
-- the newest $4 messages are looked at as well.
WITH referring AS MATERIALIZED (
    SELECT m.id FROM inbound_messages m
    WHERE m.reference IS NOT NULL AND m.reference ~>=~ $1 AND m.reference ~<~ ($1 || chr(1114111))
    ORDER BY m.reference USING ~<~ LIMIT $4
)
SELECT found.id
FROM (
    SELECT id FROM referring
    UNION
    SELECT newest.id FROM (SELECT m.id, m.reference FROM inbound_messages m ORDER BY m.id DESC LIMIT $4) newest
    WHERE (SELECT count(*) FROM referring) >= $4 AND starts_with(newest.reference, $1)
    UNION
    SELECT m.id FROM channels c
    JOIN inbound_messages m ON m.channel_id = c.id AND m.delivery_id = $1 AND m.outcome <> 'REFUSED'
) AS found
JOIN inbound_messages m ON m.id = found.id
WHERE $2::uuid[] IS NULL OR m.channel_id = ANY ($2)
ORDER BY found.id DESC
LIMIT $3
