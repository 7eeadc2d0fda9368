-- Orders follow these messages of their channel from now on: statements by their id, a cancellation (NULL)
-- by its time alone. The newest time stays.
UPDATE orders o
SET stated_by = coalesce(t.message_id, o.stated_by), external_updated_at = greatest(o.external_updated_at, t.updated_at)
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS t (order_id, message_id, updated_at)
WHERE o.id = t.order_id
