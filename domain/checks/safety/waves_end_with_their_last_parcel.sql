-- A wave is under way as long as something of it is to leave: it is over when nothing is, and not before.
-- If broken: Take any parcel out of it (`removeFromWave`): a wave with nothing left to do ends by it. Report one that
-- ended too early.
WITH left_to_do AS (
    SELECT w.id, w.number, w.state, count(f.id) FILTER (
        WHERE f.state NOT IN ('SHIPPED', 'DELIVERED', 'REJECTED', 'CANCELLED')) AS parcels
    FROM waves w
    LEFT JOIN wave_members m ON m.wave_id = w.id AND m.left_at IS NULL
    LEFT JOIN fulfilment_orders f ON f.id = m.fulfilment_order_id
    GROUP BY w.id
)
SELECT format('wave %s is %s, and %s parcels are to leave', number, state, parcels) AS violation
FROM left_to_do
WHERE (state = 'RELEASED' AND parcels = 0) OR (state IN ('COMPLETED', 'CANCELLED') AND parcels > 0)
