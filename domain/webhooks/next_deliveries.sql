-- What may be sent to an endpoint now, in the feed's order: of each order only its oldest, until that is taken or given up.
SELECT d.id, d.position, d.attempts, d.created_at, e.kind, e.version, e.payload::text AS payload, e.actor, e.at,
       o.id AS order_id, o.number, o.external_reference, c.code AS channel
FROM webhook_deliveries d
JOIN events e ON e.id = d.event_id
JOIN orders o ON o.id = d.order_id
JOIN channels c ON c.id = o.channel_id
WHERE d.endpoint_id = $1 AND d.state = 'PENDING' AND d.next_at <= $2
  AND NOT EXISTS (SELECT FROM webhook_deliveries p WHERE p.endpoint_id = d.endpoint_id AND p.order_id = d.order_id
                  AND p.state = 'PENDING' AND p.position < d.position)
ORDER BY d.position LIMIT $3
