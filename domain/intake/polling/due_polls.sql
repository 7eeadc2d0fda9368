-- Channels that are asked for orders, whose turn it is; whoever asks has them for a while.
WITH due AS (
    SELECT p.channel_id FROM channel_polls p JOIN channels c ON c.id = p.channel_id
    LEFT JOIN channel_links k ON k.channel_id = p.channel_id
    WHERE c.active AND c.platform = ANY($3::text[]) AND c.settings -> 'polling' IS DISTINCT FROM 'false'
      AND p.next_at <= $1 AND (p.polling_until IS NULL OR p.polling_until < $1)
      AND (k.not_before IS NULL OR k.not_before <= $1)
    FOR NO KEY UPDATE OF p SKIP LOCKED
)
UPDATE channel_polls p SET polling_until = $2 FROM due WHERE p.channel_id = due.channel_id RETURNING p.channel_id
