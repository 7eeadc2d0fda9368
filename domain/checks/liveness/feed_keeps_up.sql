-- Once a relay runs, what was committed is announced within 30 seconds.
SELECT format('%s %s of %s is not announced; the feed is at transaction %s', what, id, at, fed_below) AS violation
FROM (
    SELECT 'event' AS what, e.id, e.at, b.fed_below
    FROM feed_state b JOIN events e ON e.xid >= b.fed_below
    WHERE b.fed_below > '0' AND e.at < $1::timestamptz - interval '30 seconds'
    UNION ALL
    SELECT 'ledger entry', s.id, s.at, b.fed_below
    FROM feed_state b JOIN stock_entries s ON s.xid >= b.fed_below
    WHERE b.fed_below > '0' AND s.at < $1::timestamptz - interval '30 seconds'
) AS late
