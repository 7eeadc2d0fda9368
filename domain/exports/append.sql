-- Keep the next bytes $3 of the assembled file of export $1, if this run ($2) is still the one.
WITH moved AS (
    UPDATE exports SET bytes = bytes + octet_length($3::bytea), updated_at = $4
    WHERE id = $1 AND epoch = $2 AND state = 'RUNNING'
    RETURNING id, bytes - octet_length($3::bytea) AS start
), kept AS (
    INSERT INTO export_pieces (export_id, assembled, start, bytes) SELECT id, true, start, $3::bytea FROM moved
)
SELECT true FROM moved
