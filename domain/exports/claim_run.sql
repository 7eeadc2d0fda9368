-- Begin a run of export $1: whoever ran it before writes nothing any more, since the epoch has risen.
UPDATE exports SET state = 'RUNNING', epoch = epoch + 1, updated_at = $2, code = NULL, error = NULL
WHERE id = $1 AND state IN ('WAITING', 'RUNNING')
RETURNING id, kind, format, what::text AS what, bom, channel_ids, epoch, position::text AS position, rows, written
