-- Orders placed from $1 on, before $2, as the planner asks for them, with promises $3 days later: as if they came
-- now. The first $4; what was taken back or is not to be shipped is left out with its units.
SELECT o.id, o.number, o.channel_id, o.latitude, o.longitude, o.priority, o.placed_at, o.split_policy,
       o.max_shipments, o.version, o.currency, o.total_minor, o.tags, o.located_by, o.located_part, c.code AS channel, c.timezone,
       coalesce(o.ship_to->>'country_code', '') AS country_code, coalesce(o.ship_to->>'postcode', '') AS postcode,
       (o.promised_by AT TIME ZONE c.timezone)::date + $3::int AS promised_on,
       o.units - o.units_cancelled AS units_open, 0 AS parcels_fixed
FROM orders o
JOIN channels c ON c.id = o.channel_id
WHERE o.placed_at >= $1 AND o.placed_at < $2 AND o.units > o.units_cancelled
ORDER BY o.placed_at, o.id
LIMIT $4
