-- After a restore into a younger cluster, transaction ids begin anew: rows of the old one may lie
-- in the future of the new, and so may the mark. Announce the first at once, and put the second back.
WITH state AS (
    SELECT last_position, pg_snapshot_xmax(pg_current_snapshot()) AS future_from
    FROM feed_state WHERE fed_below > pg_snapshot_xmax(pg_current_snapshot()) FOR UPDATE
), orphans AS (
    SELECT e.xid, 1::smallint AS source, e.id FROM events e, state s WHERE e.xid >= s.future_from
    AND NOT EXISTS (SELECT FROM feed f WHERE f.source = 1 AND f.row_id = e.id)
    UNION ALL
    SELECT e.xid, 2::smallint, e.id FROM stock_entries e, state s WHERE e.xid >= s.future_from
    AND NOT EXISTS (SELECT FROM feed f WHERE f.source = 2 AND f.row_id = e.id)
), fed AS (
    INSERT INTO feed (position, source, row_id, fed_at)
    SELECT s.last_position + row_number() OVER (ORDER BY o.xid, o.source, o.id), o.source, o.id, clock_timestamp()
    FROM orphans o, state s
    RETURNING position
)
UPDATE feed_state
SET fed_below = '0', last_position = coalesce((SELECT max(position) FROM fed), feed_state.last_position)
FROM state
