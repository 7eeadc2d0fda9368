-- Nothing is left out of the feed: what was committed below its mark has a position. Of a pruned
-- feed, what lies clearly after its oldest positions is compared.
-- If broken: Let subscribers read their lists anew, and report it: they were not told of these changes.
WITH oldest AS (
    SELECT f.source, max(coalesce(e.xid, s.xid)) AS xid, max(f.row_id) AS row_id
    FROM feed f CROSS JOIN feed_state b
    LEFT JOIN events e ON f.source = 1 AND e.id = f.row_id
    LEFT JOIN stock_entries s ON f.source = 2 AND s.id = f.row_id
    WHERE f.position <= b.expired_below + 500
    GROUP BY f.source
), missing AS (
    SELECT 1::smallint AS source, e.id, e.xid, e.id > b.events_above AS ours
    FROM feed_state b CROSS JOIN events e LEFT JOIN feed f ON f.source = 1 AND f.row_id = e.id
    WHERE f.position IS NULL
    UNION ALL
    SELECT 2, s.id, s.xid, s.id > b.entries_above
    FROM feed_state b CROSS JOIN stock_entries s LEFT JOIN feed f ON f.source = 2 AND f.row_id = s.id
    WHERE f.position IS NULL
)
SELECT format('%s %s of transaction %s has no position', CASE m.source WHEN 1 THEN 'event' ELSE 'ledger entry' END,
              m.id, m.xid) AS violation
FROM missing m CROSS JOIN feed_state b LEFT JOIN oldest o ON o.source = m.source
WHERE m.ours AND m.xid < b.fed_below AND (b.expired_below = 0 OR (m.xid >= o.xid AND m.id > o.row_id))
