-- What the board counts in a minute of the last hour is what happened, up to where it has followed the feed and as far
-- back as the feed is kept.
-- If broken: Nothing but the board's rates is wrong. Report it; what is counted wrong is off the board after a day.
WITH kept AS (
    SELECT CASE WHEN s.expired_below = 0 THEN '-infinity' ELSE coalesce(
        (SELECT date_bin('1 minute', f.fed_at, 'epoch') + interval '1 minute' FROM feed f
         WHERE f.position > s.expired_below ORDER BY f.position LIMIT 1), 'infinity') END AS since
    FROM feed_state s
), happened AS (
    SELECT o.channel_id, date_bin('1 minute', e.at, 'epoch') AS minute,
           count(*) FILTER (WHERE e.kind = 'ORDER_PLACED') AS placed,
           count(*) FILTER (WHERE e.kind = 'ORDER_SOURCED') AS sourced,
           count(*) FILTER (WHERE e.kind = 'FULFILMENT_SHIPPED') AS shipped,
           count(*) FILTER (WHERE e.kind = 'FULFILMENT_DELIVERED') AS delivered,
           count(*) FILTER (WHERE e.kind = 'ORDER_CANCELLED') AS cancelled
    FROM feed_consumers c
    JOIN feed f ON f.source = 1 AND f.position <= c.position AND f.fed_at > $1::timestamptz - interval '2 hours'
    JOIN events e ON e.id = f.row_id AND e.at >= date_bin('1 minute', $1, 'epoch') - interval '1 hour'
    JOIN orders o ON o.id = e.subject_id
    WHERE c.name = 'board'
      AND e.kind IN ('ORDER_PLACED', 'ORDER_SOURCED', 'FULFILMENT_SHIPPED', 'FULFILMENT_DELIVERED', 'ORDER_CANCELLED')
    GROUP BY o.channel_id, minute
), counted AS (
    SELECT * FROM board_minutes WHERE minute >= date_bin('1 minute', $1, 'epoch') - interval '1 hour'
)
SELECT format('channel %s, %s: (placed, sourced, shipped, delivered, cancelled) %s counted, %s happened', channel_id, minute,
              (c.placed, c.sourced, c.shipped, c.delivered, c.cancelled),
              (h.placed, h.sourced, h.shipped, h.delivered, h.cancelled)) AS violation
FROM happened h FULL JOIN counted c USING (channel_id, minute)
WHERE minute >= (SELECT since FROM kept)
  AND (c.placed, c.sourced, c.shipped, c.delivered, c.cancelled)
      IS DISTINCT FROM (h.placed, h.sourced, h.shipped, h.delivered, h.cancelled)
