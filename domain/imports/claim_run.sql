-- Begin a run of import $1: whoever ran it before writes nothing any more, since the epoch has risen.
UPDATE imports i SET state = 'RUNNING', epoch = epoch + 1, updated_at = $2, code = NULL, error = NULL
FROM channels c
WHERE i.id = $1 AND c.id = i.channel_id AND i.state IN ('WAITING', 'RUNNING')
RETURNING i.id, i.channel_id, i.format, i.reading::text AS reading, i.epoch, i.received, i.read_bytes, i.position,
          i.lines, i.refused, i.pause_at, i.created_by, c.code AS channel, c.currency, c.settings::text AS settings
