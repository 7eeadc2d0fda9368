-- Orders placed from $1 on, before $2, and taken in before $3, as the planner asks for them: what was known of them at $3.
-- The first $4.
SELECT o.placed_at AS at, o.id, o.number, o.channel_id, o.latitude, o.longitude, o.priority, o.placed_at, o.split_policy,
       o.max_shipments, o.currency, o.total_minor, o.tags, c.code AS channel, c.timezone,
       coalesce(o.ship_to->>'country_code', '') AS country_code, coalesce(o.ship_to->>'postcode', '') AS postcode,
       (o.promised_by AT TIME ZONE c.timezone)::date AS promised_on, NULL::timestamptz AS cancelled_at
FROM orders o
JOIN channels c ON c.id = o.channel_id
WHERE o.placed_at >= $1 AND o.placed_at < $2 AND o.taken_in_at < $3
ORDER BY o.placed_at, o.id
LIMIT $4
