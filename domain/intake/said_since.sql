-- Of answers that are there by their content: what their order's newest statement is, where that has other content.
SELECT t.at::int AS at, n.id
FROM unnest($1::uuid[], $2::text[], $3::bytea[]) WITH ORDINALITY AS t (channel_id, reference, sha256, at)
CROSS JOIN LATERAL (
    SELECT m.id, m.sha256 FROM inbound_messages m
    WHERE m.channel_id = t.channel_id AND m.reference = t.reference
      AND m.outcome IN ('RECEIVED', 'PLACED', 'UPDATED', 'CANCELLED', 'DUPLICATE')
    ORDER BY m.id DESC LIMIT 1) n
WHERE n.sha256 <> t.sha256
