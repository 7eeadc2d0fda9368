-- Orders to plan anew, up to $1: those with a parcel that nobody has begun to pick, and those that wait.
SELECT o.id
FROM orders o
WHERE o.state = 'OPEN' AND o.sourcing IN ('SOURCED', 'BACKORDERED', 'WAITING')
  AND o.id IN (SELECT order_id FROM fulfilment_orders WHERE state IN ('OPEN', 'ACCEPTED')
               UNION ALL
               SELECT id FROM orders WHERE sourcing IN ('BACKORDERED', 'WAITING'))
ORDER BY o.priority DESC, o.placed_at, o.id
LIMIT $1
