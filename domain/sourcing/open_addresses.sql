-- Open orders that do not state where they go, after $1 by id, up to $2; locked, so that their addresses stay.
SELECT o.id, o.ship_to->>'country_code' AS country_code, coalesce(o.ship_to->>'region', '') AS region,
       coalesce(o.ship_to->>'city', '') AS city, coalesce(o.ship_to->>'postcode', '') AS postcode
FROM orders o
WHERE o.state = 'OPEN' AND (o.latitude IS NULL OR o.located_by IS NOT NULL) AND o.id > $1
ORDER BY o.id LIMIT $2
FOR NO KEY UPDATE
