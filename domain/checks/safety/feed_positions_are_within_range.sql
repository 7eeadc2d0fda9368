-- Feed positions lie where the feed says it reaches, and announce something that exists.
-- If broken: Report it, and leave the table alone: cursors that subscribers hold point into it.
SELECT format('position %s announces %s %s; the feed reaches from %s to %s', f.position,
              CASE f.source WHEN 1 THEN 'event' ELSE 'ledger entry' END, f.row_id, s.expired_below, s.last_position) AS violation
FROM feed f CROSS JOIN feed_state s
LEFT JOIN events e ON f.source = 1 AND e.id = f.row_id
LEFT JOIN stock_entries l ON f.source = 2 AND l.id = f.row_id
WHERE f.position > s.last_position OR f.position <= s.expired_below OR (e.id IS NULL AND l.id IS NULL)
UNION ALL
SELECT format('the feed has expired below %s, but ends at %s', expired_below, last_position)
FROM feed_state WHERE expired_below > last_position
