-- Note that a key is asked for, unless one is being fetched or was asked for in this minute, this one was lately, or the
-- platform is to be left alone.
INSERT INTO key_requests (channel_id, minute, key_id)
SELECT $1, date_trunc('minute', $3::timestamptz), $2
WHERE NOT EXISTS (SELECT FROM key_requests r WHERE r.channel_id = $1 AND r.key_id = $2 AND r.minute > $3 - $4::interval)
  AND NOT EXISTS (SELECT FROM channel_links k WHERE k.channel_id = $1 AND k.not_before > $3)
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.kind = 'FETCH_KEY' AND j.state <> 'DEAD' AND j.payload ->> 'channel_id' = $1::text)
ON CONFLICT DO NOTHING
