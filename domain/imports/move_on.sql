-- Move import $1 on by what became of a chunk, if this run ($2) is still the one; it is PAUSED at enough refusals.
UPDATE imports SET
    position = $3, lines = $4, read_bytes = greatest(read_bytes, $5), rows = rows + $6, placed = placed + $7,
    replayed = replayed + $8, refused = refused + $9, updated_at = $10,
    state = CASE WHEN refused + $9 >= pause_at THEN 'PAUSED' ELSE state END,
    code = CASE WHEN refused + $9 >= pause_at THEN 'MANY_REFUSED' END,
    error = CASE WHEN refused + $9 >= pause_at THEN 'Very many rows are refused: look at them, then resume or cancel.' END
WHERE id = $1 AND epoch = $2 AND state = 'RUNNING'
RETURNING state
