-- The warehouses that channels are restricted to, by name of the warehouse.
SELECT cw.channel_id, w.*
FROM channel_warehouses cw JOIN warehouses w ON w.id = cw.warehouse_id
WHERE cw.channel_id = ANY ($1::uuid[])
ORDER BY w.code
