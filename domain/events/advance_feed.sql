-- Give every committed order event and ledger entry its feed position, in the order of their
-- transactions. Only transactions below the snapshot's xmin are taken: none of them can still
-- commit something that would belong before what has been announced. Whole transactions are
-- taken at a time, about $1 rows, so that `fed_below` alone says how far the feed is.
WITH state AS (
    SELECT last_position, fed_below, pg_snapshot_xmin(pg_current_snapshot()) AS stable_below
    FROM feed_state FOR UPDATE
), candidates AS (
    (SELECT e.xid FROM events e, state b WHERE e.xid >= b.fed_below AND e.xid < b.stable_below
     ORDER BY e.xid LIMIT $1)
    UNION ALL
    (SELECT s.xid FROM stock_entries s, state b WHERE s.xid >= b.fed_below AND s.xid < b.stable_below
     ORDER BY s.xid LIMIT $1)
), upto AS (
    -- the transaction of the $1-th row is taken whole; with fewer rows waiting, all of them are
    SELECT coalesce((SELECT (xid::text::numeric + 1)::text::xid8 FROM candidates ORDER BY xid OFFSET $1 - 1 LIMIT 1),
                    b.stable_below) AS upto_below,
           b.fed_below, b.last_position
    FROM state b
), taken AS (
    SELECT e.xid, 1::smallint AS source, e.id
    FROM events e, upto u WHERE e.xid >= u.fed_below AND e.xid < u.upto_below
    UNION ALL
    SELECT s.xid, 2::smallint, s.id
    FROM stock_entries s, upto u WHERE s.xid >= u.fed_below AND s.xid < u.upto_below
), fed AS (
    INSERT INTO feed (position, source, row_id, fed_at)
    SELECT u.last_position + row_number() OVER (ORDER BY t.xid, t.source, t.id), t.source, t.id, clock_timestamp()
    FROM taken t, upto u
    -- after a restore into a younger cluster rows that have their position are met again
    ON CONFLICT (source, row_id) DO NOTHING
    RETURNING position
), counted AS (
    SELECT count(*) AS rows, max(position) AS last FROM fed
)
UPDATE feed_state
SET last_position = coalesce(counted.last, feed_state.last_position),
    -- a rival that waited for the row's lock has an older snapshot: never step back
    fed_below = greatest(upto.fed_below, upto.upto_below)
FROM counted, upto
RETURNING counted.rows
