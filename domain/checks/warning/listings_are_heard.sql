-- Every platform confirmed within ten minutes what it was told about stock, and has what it confirmed.
-- If broken: Look at the channel's listings that drift: their `error`, and the channel's `link.lastError`.
-- Credentials that ran out are the usual cause.
SELECT format('%s: %s of %s listings %s; %s', c.code, count(*) FILTER (WHERE drifts), count(*),
              'drift', coalesce(max(l.error), 'no error is known')) AS violation
FROM listings l JOIN channels c ON c.id = l.channel_id
CROSS JOIN LATERAL (
    SELECT l.acked_version < l.desired_version AND l.desired_at < $1::timestamptz - interval '10 minutes'
        OR coalesce(l.differs_since < $1::timestamptz - interval '10 minutes', false) AS drifts
) d
GROUP BY c.code HAVING count(*) FILTER (WHERE drifts) > 0
