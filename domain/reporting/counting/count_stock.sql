-- Count the ledger of levels ($1 variants, $2 warehouses) after what is counted of it, up to the entry $3 (NULL: to its
-- end); versions of a level are gapless, so nothing is left out or counted twice. $4 are the lengths of blocks in minutes.
WITH level AS (
    SELECT variant_id, warehouse_id, coalesce(r.version, 0) AS version, coalesce(r.on_hand, 0) AS on_hand,
           coalesce(r.free, 0) AS free
    FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[]) AS t (variant_id, warehouse_id)) t
    LEFT JOIN reports.levels r USING (variant_id, warehouse_id)
), entry AS (
    SELECT s.variant_id, s.warehouse_id, s.version, s.at, s.reason, s.on_hand AS units, l.free AS free_before,
           l.on_hand + sum(s.on_hand) OVER line AS on_hand,
           l.free + sum(s.on_hand - s.allocated - s.held - s.unsellable) OVER line AS free
    FROM level l JOIN stock_entries s USING (variant_id, warehouse_id)
    WHERE s.version > l.version AND ($3::bigint IS NULL OR s.id <= $3)
    WINDOW line AS (PARTITION BY s.variant_id, s.warehouse_id ORDER BY s.version)
), counted AS (
    INSERT INTO reports.levels AS r
    SELECT DISTINCT ON (variant_id, warehouse_id) variant_id, warehouse_id, version, on_hand, free
    FROM entry ORDER BY variant_id, warehouse_id, version DESC
    ON CONFLICT (variant_id, warehouse_id) DO UPDATE SET
        version = excluded.version, on_hand = excluded.on_hand, free = excluded.free
), turn AS (
    SELECT * FROM (
        SELECT *, free <= 0 AS ran_out, lag(free, 1, free_before) OVER line > 0 AS had
        FROM entry WINDOW line AS (PARTITION BY variant_id, warehouse_id ORDER BY version)) t
    WHERE ran_out = had
), turned AS (
    SELECT *, row_number() OVER line AS number, lead(at) OVER line AS next_at
    FROM turn WINDOW line AS (PARTITION BY variant_id, warehouse_id ORDER BY version)
), ended AS (
    UPDATE reports.stock_outs r SET ended_at = greatest(r.began_at, t.at)
    FROM turned t
    WHERE t.number = 1 AND NOT t.ran_out AND r.ended_at IS NULL
      AND r.variant_id = t.variant_id AND r.warehouse_id = t.warehouse_id
), began AS (
    INSERT INTO reports.stock_outs
    SELECT variant_id, warehouse_id, version, at, CASE WHEN next_at IS NOT NULL THEN greatest(at, next_at) END
    FROM turned WHERE ran_out
)
INSERT INTO reports.stock_moves AS r
SELECT minutes, date_bin(make_interval(mins => minutes), at, '1970-01-01Z'), variant_id, place,
       coalesce(sum(units) FILTER (WHERE units > 0 AND reason NOT LIKE 'TRANSFER_%'), 0),
       coalesce(sum(-units) FILTER (WHERE reason = 'SHIPPED'), 0),
       coalesce(sum(-units) FILTER (WHERE units < 0 AND reason <> 'SHIPPED' AND reason NOT LIKE 'TRANSFER_%'), 0),
       coalesce(sum(units) FILTER (WHERE reason LIKE 'TRANSFER_%'), 0),
       sum(units * (60 * minutes - floor(extract(epoch FROM at)::numeric)::bigint % (60 * minutes)))
FROM entry, unnest($4::int[]) AS minutes, LATERAL (VALUES (warehouse_id), ('00000000-0000-0000-0000-000000000000')) AS p (place)
WHERE units <> 0
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (minutes, starts_at, warehouse_id, variant_id) DO UPDATE SET
    received = r.received + excluded.received, shipped = r.shipped + excluded.shipped, lost = r.lost + excluded.lost,
    transferred = r.transferred + excluded.transferred, unit_seconds = r.unit_seconds + excluded.unit_seconds
