-- Once a relay runs, what was committed is announced within 30 seconds.
-- If broken: See that a relay runs, and that no transaction is open for minutes (pg_stat_activity): nothing is
-- announced past the oldest.
SELECT format('%s %s of %s is not announced; the feed is at transaction %s', what, id, at, fed_below) AS violation
FROM (
    SELECT 'event' AS what, e.id, e.at, b.fed_below
    FROM feed_state b JOIN events e ON e.xid >= b.fed_below AND e.id > b.events_above
    WHERE b.last_position > 0 AND e.at < $1::timestamptz - interval '30 seconds'
      AND NOT EXISTS (SELECT FROM feed f WHERE f.source = 1 AND f.row_id = e.id)
    UNION ALL
    SELECT 'ledger entry', s.id, s.at, b.fed_below
    FROM feed_state b JOIN stock_entries s ON s.xid >= b.fed_below AND s.id > b.entries_above
    WHERE b.last_position > 0 AND s.at < $1::timestamptz - interval '30 seconds'
      AND NOT EXISTS (SELECT FROM feed f WHERE f.source = 2 AND f.row_id = s.id)
) AS late
