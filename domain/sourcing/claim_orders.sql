-- Orders that wait for sourcing, the most urgent and oldest first, or only $2. Locked until the decision is
-- written; a rival worker passes over them and takes the next ones.
SELECT o.id, o.number, o.channel_id, o.latitude, o.longitude, o.priority, o.placed_at, o.split_policy,
       o.max_shipments, o.version, o.units_shipped, o.currency, o.total_minor, o.tags, o.located_by, o.located_part, c.code AS channel, c.timezone,
       coalesce(o.ship_to->>'country_code', '') AS country_code, coalesce(o.ship_to->>'postcode', '') AS postcode,
       o.promised_by, o.cancel_unfilled_at, (o.promised_by AT TIME ZONE c.timezone)::date AS promised_on,
       CASE WHEN o.units_allocated + o.units_shipped > 0 THEN
           (SELECT count(*) FROM fulfilment_orders f
            WHERE f.order_id = o.id AND f.state NOT IN ('REJECTED', 'CANCELLED')) ELSE 0 END AS parcels_before,
       -- what the last decision said to wait, unless something was rejected since; a re-evaluation only says what it moves
       (SELECT CASE WHEN NOT EXISTS (SELECT FROM sourcing_exclusions e WHERE e.order_id = o.id AND e.at > d.at)
                    THEN (d.detail->'unfilled')::text END
        FROM sourcing_decisions d WHERE d.order_id = o.id AND d.reevaluation_id IS NULL ORDER BY d.at DESC, d.id DESC LIMIT 1) AS said_to_wait,
       EXISTS (SELECT FROM order_holds h
               WHERE h.order_id = o.id AND h.reason = 'STOCK' AND h.released_at IS NOT NULL) AS parked_before
FROM orders o
JOIN channels c ON c.id = o.channel_id
WHERE o.sourcing = 'WAITING' AND ($2::uuid IS NULL OR o.id = $2)
ORDER BY o.priority DESC, o.placed_at, o.id
LIMIT $1
FOR NO KEY UPDATE OF o SKIP LOCKED
