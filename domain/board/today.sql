-- What happened by channel ($1; NULL: every one) since $2.
SELECT channel_id, sum(placed) AS placed, sum(sourced) AS sourced, sum(shipped) AS shipped, sum(delivered) AS delivered,
       sum(cancelled) AS cancelled
FROM board_minutes
WHERE minute >= $2 AND ($1::uuid[] IS NULL OR channel_id = ANY ($1))
GROUP BY channel_id
