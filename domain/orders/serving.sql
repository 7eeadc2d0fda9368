-- The active warehouses each channel sells from, in the order in which they are tried.
SELECT c.id AS channel_id, w.id AS warehouse_id
FROM channels c JOIN warehouses w ON w.active AND (
    NOT EXISTS (SELECT FROM channel_warehouses cw WHERE cw.channel_id = c.id)
    OR EXISTS (SELECT FROM channel_warehouses cw WHERE cw.channel_id = c.id AND cw.warehouse_id = w.id))
WHERE c.id = ANY($1::uuid[])
ORDER BY c.id, w.priority, w.code
