-- What a warehouse has to pick up to a day and is in no wave yet: urgent orders first, then by the day they leave.
-- What waits for something better until after $7 is not due. What is taken cannot change until its wave is there, so that the
-- wave ends when it is called off; what changes just now is for the next wave.
SELECT f.id
FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
WHERE f.warehouse_id = $1 AND f.state IN ('OPEN', 'ACCEPTED')
  AND (f.planned_ship_on IS NULL OR f.planned_ship_on <= $2)
  AND (f.releasable_at IS NULL OR f.releasable_at <= $7)
  AND ($3::timestamptz IS NULL OR f.created_at < $3)
  AND ($4::uuid[] IS NULL OR o.channel_id = ANY ($4))
  AND ($5::smallint[] IS NULL OR o.priority = ANY ($5))
  AND NOT EXISTS (SELECT FROM wave_members m WHERE m.fulfilment_order_id = f.id AND m.left_at IS NULL)
ORDER BY o.priority DESC, f.planned_ship_on NULLS FIRST, f.created_at, f.id
LIMIT $6
FOR SHARE OF f SKIP LOCKED
