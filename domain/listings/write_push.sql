-- What a platform said of each listing that it was sent. A version that was overtaken meanwhile is heard all the same,
-- and its successor is due. What it would take later waits as long as it said ($8, in seconds); what it did not take
-- otherwise waits longer each time: 30 s, doubling, up to 6 hours.
UPDATE listings l
SET acked = CASE WHEN t.heard THEN t.quantity ELSE l.acked END,
    acked_version = CASE WHEN t.heard THEN greatest(l.acked_version, t.version) ELSE l.acked_version END,
    acked_at = CASE WHEN t.heard THEN $1 ELSE l.acked_at END,
    differs_since = CASE WHEN t.heard THEN NULL ELSE l.differs_since END,
    error = t.error,
    attempts = CASE WHEN t.heard THEN 0 ELSE l.attempts + 1 END,
    retry_at = CASE WHEN t.heard THEN NULL
                    WHEN t.again AND $8::float8 > 0 THEN $1 + $8::float8 * interval '1 second'
                    ELSE $1 + least(21600, 30 * 2 ^ least(l.attempts, 20)) * interval '1 second' END
FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bool[], $6::text[], $7::bool[])
     AS t (id, version, quantity, heard, error, again)
WHERE l.id = t.id AND l.acked_version < t.version
