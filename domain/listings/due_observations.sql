-- Channels that may be asked what they have; whoever asks has them for a while.
WITH due AS (
    SELECT k.channel_id FROM channel_links k JOIN channels c ON c.id = k.channel_id
    WHERE c.platform = ANY($4::text[]) AND (c.platform = ANY($5::text[]) OR c.settings ? 'endpoint')
      AND k.observe_after <= $1
      AND (k.observing_until IS NULL OR k.observing_until < $1) AND (k.not_before IS NULL OR k.not_before <= $1)
      AND EXISTS (SELECT FROM listings l WHERE l.channel_id = k.channel_id AND l.active AND l.acked IS NOT NULL)
    FOR NO KEY UPDATE OF k SKIP LOCKED
)
UPDATE channel_links k SET observing_until = $2, observe_after = $3
FROM due WHERE k.channel_id = due.channel_id RETURNING k.channel_id
