-- Write where orders ($1) go by what is known now ($2, $3) and by what that was found ($4, $5), where it is something
-- else; a backorder among them is sourced again, since rules may look at its distance.
UPDATE orders o
SET latitude = t.latitude, longitude = t.longitude, located_by = t.located_by, located_part = t.located_part, updated_at = $6,
    sourcing = CASE o.sourcing WHEN 'BACKORDERED' THEN 'WAITING' ELSE o.sourcing END
FROM unnest($1::uuid[], $2::float8[], $3::float8[], $4::text[], $5::text[])
     AS t (id, latitude, longitude, located_by, located_part)
WHERE o.id = t.id
  AND (o.latitude, o.longitude, o.located_by, o.located_part) IS DISTINCT FROM (t.latitude, t.longitude, t.located_by, t.located_part)
