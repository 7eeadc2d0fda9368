-- A page of the feed after a position, oldest first, with what each position announces.
SELECT f.position, f.source,
       coalesce(e.subject_id, s.variant_id) AS subject_id,
       coalesce(e.version, s.version)       AS version,
       coalesce(e.kind, s.reason)           AS kind,
       e.payload::text                      AS payload,
       coalesce(e.actor, s.actor)           AS actor,
       coalesce(e.at, s.at)                 AS at,
       o.channel_id, s.warehouse_id,
       s.on_hand, s.allocated, s.held, s.unsellable, s.incoming, s.document_kind, s.document_id
FROM (SELECT position, source, row_id FROM feed WHERE position > $1 ORDER BY position LIMIT $2) f
LEFT JOIN events e        ON f.source = 1 AND e.id = f.row_id
LEFT JOIN orders o        ON o.id = e.subject_id
LEFT JOIN stock_entries s ON f.source = 2 AND s.id = f.row_id
ORDER BY f.position
