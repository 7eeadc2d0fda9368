-- Note that a key is asked for, unless one was in this minute, this one was lately, or the platform is to be left alone.
INSERT INTO key_requests (channel_id, minute, key_id)
SELECT $1, date_trunc('minute', $3::timestamptz), $2
WHERE NOT EXISTS (SELECT FROM key_requests r WHERE r.channel_id = $1 AND r.key_id = $2 AND r.minute > $3 - $4::interval)
  AND NOT EXISTS (SELECT FROM channel_links k WHERE k.channel_id = $1 AND k.not_before > $3)
ON CONFLICT DO NOTHING
