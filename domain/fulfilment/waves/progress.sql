-- How far waves are: their members by where they stand, and how many left a wave before it was picked.
SELECT m.wave_id,
       count(*) FILTER (WHERE m.left_at IS NULL) AS parcels,
       count(*) FILTER (WHERE m.left_at IS NULL AND f.state IN ('OPEN', 'ON_HOLD', 'ACCEPTED')) AS to_pick,
       count(*) FILTER (WHERE m.left_at IS NULL AND f.state = 'PICKING') AS picking,
       count(*) FILTER (WHERE m.left_at IS NULL AND f.state = 'PACKED') AS packed,
       count(*) FILTER (WHERE m.left_at IS NULL AND f.state IN ('SHIPPED', 'DELIVERED')) AS shipped,
       count(*) FILTER (WHERE m.left_at IS NULL AND f.state = 'REJECTED') AS rejected,
       count(*) FILTER (WHERE m.left_at IS NULL AND f.state = 'CANCELLED') AS cancelled,
       count(*) FILTER (WHERE m.left_at IS NOT NULL) AS left_out
FROM wave_members m JOIN fulfilment_orders f ON f.id = m.fulfilment_order_id
WHERE m.wave_id = ANY ($1::uuid[])
GROUP BY m.wave_id
