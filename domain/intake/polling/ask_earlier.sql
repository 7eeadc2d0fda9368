-- Channels whose setting `pollFrom` names an earlier time than before are asked again from there: for orders and days alike.
WITH earlier AS (
    SELECT p.channel_id, f.poll_from, (f.poll_from AT TIME ZONE c.timezone)::date AS day
    FROM channel_polls p JOIN channels c ON c.id = p.channel_id,
         LATERAL (SELECT (c.settings ->> 'pollFrom')::timestamptz AS poll_from) f
    WHERE f.poll_from < p.complete_to AND (p.poll_from IS NULL OR f.poll_from < p.poll_from)
    FOR NO KEY UPDATE OF p SKIP LOCKED
)
UPDATE channel_polls p
SET poll_from = e.poll_from, complete_to = e.poll_from, moved_at = $1, window_until = NULL, page = NULL, next_at = $1,
    swept_to = least(p.swept_to, e.day), sweep_page = NULL, sweep_pages = 0, version = p.version + 1
FROM earlier e WHERE p.channel_id = e.channel_id
