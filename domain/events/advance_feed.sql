-- Give committed order events and ledger entries their feed positions, up to $1 of them. Runs
-- alone, under the feed's lock.
--
-- Only transactions below the snapshot's xmin are taken: none of them can still commit something
-- that would belong before what has been announced. That alone does not keep versions in order: a
-- transaction may draw its id, then wait for a row's lock while a younger one writes that row and
-- commits. So rows are announced in the order of their ids, which are drawn under the lock of their
-- order or level, and a row is held back while an earlier version of its subject is not yet below
-- xmin. `fed_below` stops at what is held back; what was announced beyond it is left out by looking.
WITH state AS (
    SELECT *, pg_snapshot_xmin(pg_current_snapshot()) AS stable_below FROM feed_state
), late_events AS (
    SELECT e.subject_id, min(e.version) AS version
    FROM events e, state b WHERE e.xid >= b.stable_below AND e.id > b.events_above
    GROUP BY e.subject_id
), late_entries AS (
    SELECT s.variant_id, s.warehouse_id, min(s.version) AS version
    FROM stock_entries s, state b WHERE s.xid >= b.stable_below AND s.id > b.entries_above
    GROUP BY s.variant_id, s.warehouse_id
), unannounced AS (
    SELECT 1::smallint AS source, e.id, e.xid, coalesce(e.version > l.version, false) AS held_back
    FROM state b
    JOIN events e ON e.xid >= b.fed_below AND e.xid < b.stable_below AND e.id > b.events_above
    LEFT JOIN late_events l ON l.subject_id = e.subject_id
    WHERE NOT EXISTS (SELECT FROM feed f WHERE f.source = 1 AND f.row_id = e.id)
    UNION ALL
    SELECT 2::smallint, s.id, s.xid, coalesce(s.version > l.version, false)
    FROM state b
    JOIN stock_entries s ON s.xid >= b.fed_below AND s.xid < b.stable_below AND s.id > b.entries_above
    LEFT JOIN late_entries l ON l.variant_id = s.variant_id AND l.warehouse_id = s.warehouse_id
    WHERE NOT EXISTS (SELECT FROM feed f WHERE f.source = 2 AND f.row_id = s.id)
), ordered AS (
    -- by id within each source; the greatest transaction so far puts the two side by side
    SELECT source, id, xid, max(xid) OVER (PARTITION BY source ORDER BY id) AS beside
    FROM unannounced WHERE NOT held_back
), numbered AS (
    SELECT source, id, xid, row_number() OVER (ORDER BY beside, source, id) AS number FROM ordered
), fed AS (
    INSERT INTO feed (position, source, row_id, fed_at)
    SELECT b.last_position + n.number, n.source, n.id, clock_timestamp()
    FROM numbered n, state b WHERE n.number <= $1
    RETURNING position
), left_over AS (
    SELECT min(xid) AS xid
    FROM (SELECT xid FROM unannounced WHERE held_back
          UNION ALL
          SELECT xid FROM numbered WHERE number > $1) AS rest
)
UPDATE feed_state
SET last_position = feed_state.last_position + counted.rows,
    fed_below = coalesce(left_over.xid, b.stable_below)
FROM state b, left_over, (SELECT count(*) AS rows FROM fed) AS counted
RETURNING counted.rows
