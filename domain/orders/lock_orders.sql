-- Lock orders in id order, as everybody does who takes several.
SELECT id, number, channel_id, state, version, units_shipped
FROM orders WHERE id = ANY ($1::uuid[])
ORDER BY id
FOR NO KEY UPDATE
