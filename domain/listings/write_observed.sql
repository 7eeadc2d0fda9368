-- What a platform was seen to have of each listing; NULL: it does not know the listing, and has none of it. It differs from
-- then on until it is seen to agree, or is told anew; a quantity that is on its way is no difference.
UPDATE listings l
SET observed = t.units, observed_at = $1,
    differs_since = CASE WHEN coalesce(t.units, 0) = l.acked THEN NULL
                         WHEN l.acked_version = l.desired_version THEN coalesce(l.differs_since, $1)
                         ELSE l.differs_since END
FROM unnest($2::uuid[], $3::bigint[]) AS t (id, units)
WHERE l.id = t.id
