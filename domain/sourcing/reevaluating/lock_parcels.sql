-- Lock the parcels of locked orders ($1) that may move, in id order.
SELECT id FROM fulfilment_orders WHERE order_id = ANY($1::uuid[]) AND state IN ('OPEN', 'ACCEPTED')
ORDER BY order_id, id FOR NO KEY UPDATE
