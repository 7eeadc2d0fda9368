-- Parcels that are planned for a day of a warehouse with a daily capacity, besides those of the orders that
-- are replayed (taken in from $1 on and decided before $2). What was planned a month before is not looked at.
SELECT f.warehouse_id, f.planned_ship_on AS day, count(*)::int AS parcels
FROM fulfilment_orders f
JOIN warehouses w ON w.id = f.warehouse_id AND w.daily_capacity IS NOT NULL
JOIN orders o ON o.id = f.order_id
WHERE f.created_at >= $1::timestamptz - interval '31 days' AND f.created_at < $2
  AND f.planned_ship_on >= ($1 AT TIME ZONE 'UTC')::date - 1 AND f.state NOT IN ('REJECTED', 'CANCELLED')
  AND (o.taken_in_at < $1
       OR NOT EXISTS (SELECT FROM sourcing_decisions d WHERE d.order_id = o.id AND d.at < $2))
GROUP BY f.warehouse_id, f.planned_ship_on
