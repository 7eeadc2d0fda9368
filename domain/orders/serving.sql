-- The active warehouses each channel sells from, in the order in which they are tried, and whether the rules keep units
-- for other channels anywhere.
SELECT c.id AS channel_id, w.id AS warehouse_id,
       EXISTS (SELECT FROM protected_stock p WHERE p.channel_id <> c.id) AS kept_from
FROM channels c JOIN warehouses w ON w.active AND (
    NOT EXISTS (SELECT FROM channel_warehouses cw WHERE cw.channel_id = c.id)
    OR EXISTS (SELECT FROM channel_warehouses cw WHERE cw.channel_id = c.id AND cw.warehouse_id = w.id))
WHERE c.id = ANY($1::uuid[])
ORDER BY c.id, w.priority, w.code
