-- Channels with listings that have not heard the latest and may be spoken to now; whoever asks has them for a while, under
-- an epoch of its own.
WITH due AS (
    SELECT k.channel_id FROM channel_links k JOIN channels c ON c.id = k.channel_id
    WHERE c.platform = ANY($3::text[]) AND (c.platform = ANY($4::text[]) OR c.settings ? 'endpoint')
      AND (k.pushing_until IS NULL OR k.pushing_until < $1) AND (k.not_before IS NULL OR k.not_before <= $1)
      AND EXISTS (SELECT FROM listings l WHERE l.channel_id = k.channel_id AND l.acked_version < l.desired_version
                  AND (l.retry_at IS NULL OR l.retry_at <= $1))
    FOR NO KEY UPDATE OF k SKIP LOCKED
)
UPDATE channel_links k SET pushing_until = $2, push_epoch = push_epoch + 1
FROM due WHERE k.channel_id = due.channel_id RETURNING k.channel_id, k.push_epoch
