-- Orders to plan anew, up to $1: those with a parcel that nobody has begun to pick, and those that wait.
-- Each order of a parcel is looked up by itself (OFFSET 0 keeps its conditions outside): joined as sets, a
-- planner without statistics compares every order with every parcel.
SELECT id
FROM (
    SELECT o.id, o.priority, o.placed_at
    FROM (SELECT DISTINCT order_id FROM fulfilment_orders WHERE state IN ('OPEN', 'ACCEPTED')) parcel
    CROSS JOIN LATERAL (
        SELECT id, state, sourcing, priority, placed_at FROM orders WHERE id = parcel.order_id OFFSET 0
    ) o
    WHERE o.state = 'OPEN' AND o.sourcing = 'SOURCED'
    UNION ALL
    SELECT id, priority, placed_at FROM orders WHERE state = 'OPEN' AND sourcing IN ('BACKORDERED', 'WAITING')
) due
ORDER BY priority DESC, placed_at, id
LIMIT $1
