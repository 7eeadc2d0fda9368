-- Append order events. The unique index on (subject_id, version) refuses a second writer of the
-- same version; the version itself comes from the order's row, which the caller has locked.
INSERT INTO events (subject_id, version, kind, payload, actor, at)
SELECT subject_id, version, kind, payload, $5, $6
FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::jsonb[])
     AS t (subject_id, version, kind, payload)
