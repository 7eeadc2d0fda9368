-- A channel that is asked for orders is asked within ten minutes of its turn, unless its platform is left alone, and gets on within six hours.
-- If broken: See that workers run, and what the channel's `poll.error` and `link.lastError` say.
SELECT format('%s should have been asked at %s', c.code, p.next_at) AS violation
FROM channel_polls p JOIN channels c ON c.id = p.channel_id
LEFT JOIN channel_links k ON k.channel_id = p.channel_id
WHERE c.active AND c.settings -> 'polling' IS DISTINCT FROM 'false' AND p.next_at < $1::timestamptz - interval '10 minutes'
  AND (k.not_before IS NULL OR k.not_before < $1::timestamptz - interval '10 minutes')
  AND (p.polling_until IS NULL OR p.polling_until < $1)
UNION ALL
SELECT format('%s is complete up to %s only, and has got no further since %s: %s', c.code, p.complete_to, p.moved_at, p.error)
FROM channel_polls p JOIN channels c ON c.id = p.channel_id
WHERE c.active AND c.settings -> 'polling' IS DISTINCT FROM 'false' AND p.error IS NOT NULL
  AND p.moved_at < $1::timestamptz - interval '6 hours'
