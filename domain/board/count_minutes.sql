-- Count what happened at feed positions in ($1, $2] by channel and minute. In the order of the key, so that two
-- that count could not deadlock.
INSERT INTO board_minutes AS m (channel_id, minute, placed, sourced, shipped, delivered, cancelled)
SELECT o.channel_id, date_bin('1 minute', e.at, 'epoch') AS minute,
       count(*) FILTER (WHERE e.kind = 'ORDER_PLACED'),
       count(*) FILTER (WHERE e.kind = 'ORDER_SOURCED'),
       count(*) FILTER (WHERE e.kind = 'FULFILMENT_SHIPPED'),
       count(*) FILTER (WHERE e.kind = 'FULFILMENT_DELIVERED'),
       count(*) FILTER (WHERE e.kind = 'ORDER_CANCELLED')
FROM feed f
JOIN events e ON e.id = f.row_id
JOIN orders o ON o.id = e.subject_id
WHERE f.source = 1 AND f.position > $1 AND f.position <= $2
  AND e.kind IN ('ORDER_PLACED', 'ORDER_SOURCED', 'FULFILMENT_SHIPPED', 'FULFILMENT_DELIVERED', 'ORDER_CANCELLED')
GROUP BY 1, 2
ORDER BY 2, 1
ON CONFLICT (minute, channel_id) DO UPDATE
SET placed = m.placed + excluded.placed, sourced = m.sourced + excluded.sourced, shipped = m.shipped + excluded.shipped,
    delivered = m.delivered + excluded.delivered, cancelled = m.cancelled + excluded.cancelled
