-- Keep the rows $3 of export $1 and the position after them, if this run ($2) is still the one.
WITH moved AS (
    UPDATE exports SET position = $4::text::jsonb, rows = rows + $5, done = $6, updated_at = $7,
        written = written + octet_length($3::bytea)
    WHERE id = $1 AND epoch = $2 AND state = 'RUNNING'
    RETURNING id, written - octet_length($3::bytea) AS start
), kept AS (
    INSERT INTO export_pieces (export_id, assembled, start, bytes)
    SELECT id, false, start, $3::bytea FROM moved WHERE octet_length($3::bytea) > 0
)
SELECT true FROM moved
