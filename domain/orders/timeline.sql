-- What happened to orders, in the order in which it happened.
SELECT subject_id, version, kind, payload::text AS payload, actor, at
FROM events
WHERE subject_id = ANY ($1::uuid[])
ORDER BY subject_id, version
