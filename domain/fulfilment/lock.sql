-- Lock fulfilment orders for a step: their orders first, in id order, whose rows give events
-- their versions.
SELECT f.id, f.order_id, f.warehouse_id, f.state, o.channel_id, o.version, w.code AS warehouse
FROM fulfilment_orders f
JOIN orders o ON o.id = f.order_id
JOIN warehouses w ON w.id = f.warehouse_id
WHERE f.id = ANY($1::uuid[])
ORDER BY o.id, f.id
FOR NO KEY UPDATE OF o, f
