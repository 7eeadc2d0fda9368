-- Give committed order events and ledger entries their feed positions, up to $1 of them. Runs
-- alone, under the feed's lock.
--
-- Only transactions below the snapshot's xmin are taken: none of them can still commit something
-- that would belong before what has been announced. That alone does not keep versions in order: a
-- transaction may draw its id, then wait for a row's lock while a younger one writes that row and
-- commits. So rows are announced in the order of their ids, which are drawn under the lock of their
-- order or level, and a row is held back while an earlier version of its subject is not yet below
-- xmin. `fed_below` stops at what is held back; what was announced beyond it is left out by looking.
--
-- The bounds are written as single values, not joined in, so that the indexes on xid are used.
WITH late_events AS (
    SELECT e.subject_id, min(e.version) AS version
    FROM events e
    WHERE e.xid >= pg_snapshot_xmin(pg_current_snapshot()) AND e.id > (SELECT events_above FROM feed_state)
    GROUP BY e.subject_id
), late_entries AS (
    SELECT s.variant_id, s.warehouse_id, min(s.version) AS version
    FROM stock_entries s
    WHERE s.xid >= pg_snapshot_xmin(pg_current_snapshot()) AND s.id > (SELECT entries_above FROM feed_state)
    GROUP BY s.variant_id, s.warehouse_id
), unannounced AS (
    SELECT 1::smallint AS source, e.id, e.xid, coalesce(e.version > l.version, false) AS held_back
    FROM events e LEFT JOIN late_events l ON l.subject_id = e.subject_id
    WHERE e.xid >= (SELECT fed_below FROM feed_state) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
      AND e.id > (SELECT events_above FROM feed_state)
      AND NOT EXISTS (SELECT FROM feed f WHERE f.source = 1 AND f.row_id = e.id)
    UNION ALL
    SELECT 2::smallint, s.id, s.xid, coalesce(s.version > l.version, false)
    FROM stock_entries s LEFT JOIN late_entries l ON l.variant_id = s.variant_id AND l.warehouse_id = s.warehouse_id
    WHERE s.xid >= (SELECT fed_below FROM feed_state) AND s.xid < pg_snapshot_xmin(pg_current_snapshot())
      AND s.id > (SELECT entries_above FROM feed_state)
      AND NOT EXISTS (SELECT FROM feed f WHERE f.source = 2 AND f.row_id = s.id)
), ordered AS (
    -- by id within each source; the greatest transaction so far puts the two side by side
    SELECT source, id, xid, max(xid) OVER (PARTITION BY source ORDER BY id) AS beside
    FROM unannounced WHERE NOT held_back
), numbered AS (
    SELECT source, id, xid, row_number() OVER (ORDER BY beside, source, id) AS number FROM ordered
), fed AS (
    INSERT INTO feed (position, source, row_id, fed_at)
    SELECT (SELECT last_position FROM feed_state) + number, source, id, clock_timestamp()
    FROM numbered WHERE number <= $1
    RETURNING position
), left_over AS (
    SELECT min(xid) AS xid
    FROM (SELECT xid FROM unannounced WHERE held_back
          UNION ALL
          SELECT xid FROM numbered WHERE number > $1) AS rest
)
UPDATE feed_state
SET last_position = feed_state.last_position + counted.rows,
    fed_below = coalesce(left_over.xid, pg_snapshot_xmin(pg_current_snapshot()))
FROM left_over, (SELECT count(*) AS rows FROM fed) AS counted
RETURNING counted.rows
