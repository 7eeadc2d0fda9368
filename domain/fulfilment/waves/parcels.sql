-- The parcels of waves that leave, by their place on the cart.
SELECT m.wave_id, m.position, f.id AS fulfilment_order_id
FROM wave_members m JOIN fulfilment_orders f ON f.id = m.fulfilment_order_id
WHERE m.wave_id = ANY ($1::uuid[]) AND m.left_at IS NULL AND f.state NOT IN ('ON_HOLD', 'REJECTED', 'CANCELLED')
ORDER BY m.wave_id, m.position
