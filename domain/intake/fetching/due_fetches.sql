-- Channels that have orders to be asked for, which may be asked now, and which no job speaks for.
SELECT c.id FROM channels c LEFT JOIN channel_links k ON k.channel_id = c.id
WHERE EXISTS (SELECT FROM inbound_messages m WHERE m.channel_id = c.id AND m.outcome = 'FETCHING')
  AND (k.not_before IS NULL OR k.not_before <= $1)
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.kind = 'FETCH_ORDERS' AND j.state <> 'DEAD'
                  AND j.payload ->> 'channel_id' = c.id::text)
ORDER BY c.code
