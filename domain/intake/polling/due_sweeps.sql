-- The oldest day of each channel that is over and not yet compared; it is gone on with after $4 if its next page cannot be had.
WITH due AS (
    SELECT p.channel_id FROM channel_polls p JOIN channels c ON c.id = p.channel_id
    LEFT JOIN channel_links k ON k.channel_id = p.channel_id
    WHERE c.active AND c.platform = ANY($2::text[]) AND c.settings -> 'polling' IS DISTINCT FROM 'false'
      AND p.sweep_after <= $1 AND (k.not_before IS NULL OR k.not_before <= $1)
      AND p.swept_to < (($1::timestamptz - $3::interval) AT TIME ZONE c.timezone)::date
    FOR NO KEY UPDATE OF p SKIP LOCKED
)
UPDATE channel_polls p SET sweep_after = $4 FROM due WHERE p.channel_id = due.channel_id
RETURNING p.channel_id, p.swept_to AS day
