-- What is fetched for waves: the units of each SKU over all parcels that leave, in the order of the SKUs.
SELECT m.wave_id, v.id AS variant_id, v.sku, v.name, v.barcode, sum(l.quantity) AS units, count(DISTINCT m.position) AS parcels
FROM wave_members m
JOIN fulfilment_orders f ON f.id = m.fulfilment_order_id
JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
JOIN variants v ON v.id = l.variant_id
WHERE m.wave_id = ANY ($1::uuid[]) AND m.left_at IS NULL AND f.state NOT IN ('ON_HOLD', 'REJECTED', 'CANCELLED')
GROUP BY m.wave_id, v.id
ORDER BY m.wave_id, v.sku COLLATE "C"
