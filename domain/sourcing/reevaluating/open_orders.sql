-- Orders as a re-evaluation sees them: what the planner asks, and how much of them is open or only reserved. What is
-- on hold is left alone.
SELECT o.id, o.number, o.channel_id, o.latitude, o.longitude, o.priority, o.placed_at, o.split_policy,
       o.max_shipments, o.version, o.currency, o.total_minor, o.tags, o.located_by, o.located_part, c.code AS channel, c.timezone,
       coalesce(o.ship_to->>'country_code', '') AS country_code, coalesce(o.ship_to->>'postcode', '') AS postcode,
       (o.promised_by AT TIME ZONE c.timezone)::date AS promised_on,
       o.units - o.units_cancelled - o.units_allocated - o.units_shipped
           + (SELECT coalesce(sum(quantity), 0) FROM reservations r WHERE r.order_id = o.id) AS units_open,
       (SELECT count(*) FROM fulfilment_orders f
        WHERE f.order_id = o.id AND f.state NOT IN ('OPEN', 'ACCEPTED', 'REJECTED', 'CANCELLED')) AS parcels_fixed
FROM orders o
JOIN channels c ON c.id = o.channel_id
WHERE o.id = ANY($1::uuid[]) AND o.state = 'OPEN' AND o.sourcing IN ('SOURCED', 'BACKORDERED', 'WAITING')
ORDER BY o.id
