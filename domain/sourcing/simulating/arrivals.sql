-- Orders that were sourced for the first time from $1 until $2, of those taken in from $3 on; and when
-- they were cancelled, if before $4.
SELECT first.at, o.id, o.number, o.channel_id, o.latitude, o.longitude, o.priority, o.placed_at, o.split_policy,
       o.max_shipments, o.currency, o.total_minor, o.tags, c.code AS channel, c.timezone,
       coalesce(o.ship_to->>'country_code', '') AS country_code, coalesce(o.ship_to->>'postcode', '') AS postcode,
       (o.promised_by AT TIME ZONE c.timezone)::date AS promised_on,
       CASE WHEN o.state = 'CANCELLED' THEN (
           SELECT min(e.at) FROM events e
           WHERE e.subject_id = o.id AND e.kind = 'ORDER_CANCELLED' AND e.at < $4) END AS cancelled_at
FROM (SELECT order_id, min(at) AS at FROM sourcing_decisions WHERE at >= $1 AND at < $2 GROUP BY order_id) first
JOIN orders o ON o.id = first.order_id AND o.taken_in_at >= $3
JOIN channels c ON c.id = o.channel_id
WHERE NOT EXISTS (SELECT FROM sourcing_decisions d WHERE d.order_id = o.id AND d.at < $1)
