-- What the comparison of a day found, by all that was listed of it; the list itself is not kept.
WITH listed AS (
    DELETE FROM channel_day_orders WHERE channel_id = $1 AND day = $2 RETURNING missing
)
INSERT INTO channel_days (channel_id, day, theirs, missing, swept_at)
SELECT $1, $2, count(*), count(*) FILTER (WHERE missing), $3 FROM listed
ON CONFLICT (channel_id, day) DO UPDATE
SET theirs = excluded.theirs, missing = excluded.missing, swept_at = excluded.swept_at
