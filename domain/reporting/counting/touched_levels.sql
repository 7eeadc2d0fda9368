-- Levels that changed at feed positions in ($1, $2].
SELECT DISTINCT s.variant_id, s.warehouse_id
FROM feed f JOIN stock_entries s ON s.id = f.row_id
WHERE f.source = 2 AND f.position > $1 AND f.position <= $2
