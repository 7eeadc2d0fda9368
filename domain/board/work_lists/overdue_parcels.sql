-- Fulfilment orders whose planned day is over by their warehouse's clock, and that have not left.
SELECT (f.planned_ship_on + 1)::timestamp AT TIME ZONE w.timezone AS since
FROM warehouses w
JOIN fulfilment_orders f ON f.warehouse_id = w.id AND f.state IN ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED')
                        AND f.planned_ship_on < ($1::timestamptz AT TIME ZONE w.timezone)::date
JOIN orders o ON o.id = f.order_id
WHERE $2::uuid[] IS NULL OR o.channel_id = ANY ($2)
