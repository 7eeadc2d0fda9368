-- Channels of platforms that are asked for orders begin with what changes from now on, or since their settings say.
INSERT INTO channel_polls (channel_id, complete_to, moved_at, poll_from, next_at, swept_to)
SELECT c.id, coalesce(f.poll_from, $1), $1, f.poll_from, $1, (coalesce(f.poll_from, $1) AT TIME ZONE c.timezone)::date
FROM channels c, LATERAL (SELECT (c.settings ->> 'pollFrom')::timestamptz AS poll_from) f
WHERE c.active AND c.platform = ANY($2::text[]) AND (c.platform = ANY($3::text[]) OR c.settings ? 'endpoint')
  AND NOT EXISTS (SELECT FROM channel_polls p WHERE p.channel_id = c.id)
ON CONFLICT DO NOTHING
