-- Go on after a page, unless somebody else took it: within the window, or past its end to the next one.
UPDATE channel_polls
SET page = $3, window_until = $4, complete_to = coalesce($5, complete_to), next_at = coalesce($6, next_at),
    moved_at = CASE WHEN $5::timestamptz IS NULL THEN moved_at ELSE $7 END, version = version + 1, polled_at = $7, polling_until = $8, error = NULL
WHERE channel_id = $1 AND version = $2
