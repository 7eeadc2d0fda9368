-- Every warehouse with its tariff, and its calendar from $1 on: the days it is closed, and how many
-- parcels are planned for each day if it has room for so many only. Closed warehouses too, for what was
-- reserved there before.
SELECT w.id, w.code, w.name, w.latitude, w.longitude, w.shipment_minor, w.kg_minor, w.km_millis, w.priority, w.active,
       w.regions, w.timezone, w.cutoff_minute, w.working_days, w.daily_capacity,
       coalesce(c.days, '{}') AS closed, coalesce(d.days, '{}') AS busy_days, coalesce(d.planned, '{}') AS busy_parcels
FROM warehouses w
LEFT JOIN LATERAL (
    SELECT array_agg(day) AS days FROM warehouse_closures WHERE warehouse_id = w.id AND day >= $1
) c ON true
LEFT JOIN LATERAL (
    SELECT array_agg(day) AS days, array_agg(planned) AS planned FROM dispatch_days
    WHERE warehouse_id = w.id AND day >= $1 AND w.daily_capacity IS NOT NULL
) d ON true
