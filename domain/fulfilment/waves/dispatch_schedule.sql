-- Each day's parcels beside what the warehouse can hand over: planned, still to leave, and of these in waves.
SELECT days.day::date AS day,
       extract(isodow FROM days.day)::smallint = ANY (h.working_days)
           AND NOT EXISTS (SELECT FROM warehouse_closures c WHERE c.warehouse_id = h.id AND c.day = days.day::date) AS works,
       coalesce(d.planned, 0) AS planned, h.daily_capacity AS capacity,
       coalesce(f.to_leave, 0) AS to_leave, coalesce(f.in_waves, 0) AS in_waves
FROM warehouses h
CROSS JOIN generate_series($2::date, $3::date, interval '1 day') AS days (day)
LEFT JOIN dispatch_days d ON d.warehouse_id = h.id AND d.day = days.day::date
LEFT JOIN (
    SELECT f.planned_ship_on AS day, count(*) AS to_leave, count(m.wave_id) AS in_waves
    FROM fulfilment_orders f
    LEFT JOIN wave_members m ON m.fulfilment_order_id = f.id AND m.left_at IS NULL
    WHERE f.warehouse_id = $1 AND f.planned_ship_on BETWEEN $2 AND $3
      AND f.state IN ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED')
    GROUP BY 1
) f ON f.day = days.day::date
WHERE h.id = $1
ORDER BY days.day
