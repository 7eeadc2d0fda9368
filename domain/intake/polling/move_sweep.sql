-- Go on after a page of the day's list, or to the next day after the last one, unless somebody else took it.
UPDATE channel_polls
SET sweep_page = $5, sweep_pages = CASE WHEN $5::text IS NULL THEN 0 ELSE sweep_pages + 1 END,
    swept_to = CASE WHEN $5 IS NULL THEN swept_to + 1 ELSE swept_to END,
    sweep_after = CASE WHEN $5 IS NULL THEN '-infinity' ELSE $6::timestamptz END
WHERE channel_id = $1 AND swept_to = $2 AND sweep_pages = $3 AND sweep_page IS NOT DISTINCT FROM $4
