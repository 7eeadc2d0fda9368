-- Lock the days ($2) of warehouses ($1) that moves fill or leave, in the order that everybody keeps, and say how
-- many more parcels each has room for; NULL: any number.
SELECT d.warehouse_id, d.day, w.daily_capacity - d.planned AS room
FROM unnest($1::uuid[], $2::date[]) AS t (place, on_day)
JOIN dispatch_days d ON d.warehouse_id = t.place AND d.day = t.on_day
JOIN warehouses w ON w.id = d.warehouse_id
ORDER BY d.warehouse_id, d.day
FOR UPDATE OF d
