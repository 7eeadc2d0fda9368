-- Nobody keeps a channel waiting: what it changed about an order is applied or dismissed within a day.
-- If broken: Decide: `applyOrderChange` or `dismissOrderChange`.
SELECT format('order %s: a change of %s waits since %s (%s)', o.number, o.external_reference, c.created_at, c.code) AS violation
FROM order_changes c JOIN orders o ON o.id = c.order_id
WHERE c.state = 'PENDING' AND c.created_at < $1::timestamptz - interval '1 day'
