-- Note that a key is asked for, unless it is being fetched, was lately asked for and not to be again, $5 were in this minute,
-- or the platform is to be left alone.
INSERT INTO key_requests (channel_id, minute, key_id)
SELECT $1, date_trunc('minute', $3::timestamptz), $2
WHERE NOT EXISTS (SELECT FROM key_requests r
                  WHERE r.channel_id = $1 AND r.key_id = $2 AND r.minute > $3 - $4::interval AND NOT r.again)
  AND (SELECT count(*) FROM key_requests r WHERE r.channel_id = $1 AND r.minute = date_trunc('minute', $3::timestamptz)) < $5
  AND NOT EXISTS (SELECT FROM channel_links k WHERE k.channel_id = $1 AND k.not_before > $3)
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.kind = 'FETCH_KEY' AND j.state <> 'DEAD' AND j.payload ->> 'channel_id' = $1::text
                  AND j.payload ->> 'key_id' = $2)
ON CONFLICT DO NOTHING
