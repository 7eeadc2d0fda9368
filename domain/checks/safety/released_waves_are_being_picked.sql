-- What a released wave holds was begun, in the wave's own warehouse.
-- If broken: Take the parcel out of the wave (`removeFromWave`), and report it.
SELECT format('fulfilment order %s of warehouse %s is %s in wave %s of warehouse %s, which is %s', f.number,
              f.warehouse_id, f.state, w.number, w.warehouse_id, w.state) AS violation
FROM waves w
JOIN wave_members m ON m.wave_id = w.id AND m.left_at IS NULL
JOIN fulfilment_orders f ON f.id = m.fulfilment_order_id
WHERE w.state IN ('RELEASED', 'COMPLETED') AND w.released_at IS NOT NULL
  AND (f.warehouse_id <> w.warehouse_id OR f.state IN ('OPEN', 'ON_HOLD', 'ACCEPTED'))
