-- What happened by minute since $2, in channels $1 (NULL: every one).
SELECT minute, sum(placed) AS placed, sum(sourced) AS sourced, sum(shipped) AS shipped, sum(delivered) AS delivered,
       sum(cancelled) AS cancelled
FROM board_minutes
WHERE minute >= $2 AND ($1::uuid[] IS NULL OR channel_id = ANY ($1))
GROUP BY minute
