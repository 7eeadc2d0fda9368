-- Changes are announced in the order in which they happened to their order or level.
-- If broken: Let subscribers read their lists anew, and report it: they may hold an older state as the newest.
WITH announced AS (
    SELECT f.position, f.source, e.subject_id, NULL::uuid AS warehouse_id, e.version
    FROM feed f JOIN events e ON e.id = f.row_id WHERE f.source = 1
    UNION ALL
    SELECT f.position, f.source, s.variant_id, s.warehouse_id, s.version
    FROM feed f JOIN stock_entries s ON s.id = f.row_id WHERE f.source = 2
), followed AS (
    SELECT *, lag(position) OVER (PARTITION BY source, subject_id, warehouse_id ORDER BY version) AS position_before
    FROM announced
)
SELECT format('position %s announces version %s of %s, version before it is at %s', position, version, subject_id,
              position_before) AS violation
FROM followed WHERE position < position_before
