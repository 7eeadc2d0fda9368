-- After a restore into a younger cluster, transaction ids begin anew: rows of the old one may lie in
-- the future of the new, and so may the mark. Announce what the old cluster had not announced, in
-- the order of ids, and let the feed begin anew after its last row. Runs under the feed's lock.
WITH state AS (
    SELECT last_position, fed_below, pg_snapshot_xmax(pg_current_snapshot()) AS future_from
    FROM feed_state WHERE fed_below > pg_snapshot_xmax(pg_current_snapshot())
), old AS (
    SELECT greatest((SELECT max(e.id) FROM events e WHERE e.xid >= s.future_from),
                    (SELECT max(f.row_id) FROM feed f WHERE f.source = 1), 0) AS last_event,
           greatest((SELECT max(e.id) FROM stock_entries e WHERE e.xid >= s.future_from),
                    (SELECT max(f.row_id) FROM feed f WHERE f.source = 2), 0) AS last_entry
    FROM state s
), orphans AS (
    SELECT 1::smallint AS source, e.id, e.xid FROM events e, state s WHERE e.xid >= s.fed_below
    AND NOT EXISTS (SELECT FROM feed f WHERE f.source = 1 AND f.row_id = e.id)
    UNION ALL
    SELECT 2::smallint, e.id, e.xid FROM stock_entries e, state s WHERE e.xid >= s.fed_below
    AND NOT EXISTS (SELECT FROM feed f WHERE f.source = 2 AND f.row_id = e.id)
), ordered AS (
    SELECT source, id, max(xid) OVER (PARTITION BY source ORDER BY id) AS beside FROM orphans
), fed AS (
    INSERT INTO feed (position, source, row_id, fed_at)
    SELECT s.last_position + row_number() OVER (ORDER BY o.beside, o.source, o.id), o.source, o.id, clock_timestamp()
    FROM ordered o, state s
    RETURNING position
)
UPDATE feed_state
SET fed_below = '0', events_above = old.last_event, entries_above = old.last_entry,
    last_position = coalesce((SELECT max(position) FROM fed), feed_state.last_position)
FROM state, old
