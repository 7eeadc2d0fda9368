-- No order is forgotten: while one waits to be sourced, there is a job that will do it.
-- If broken: See that a relay runs: its sweep wakes them. Holding and releasing an order wakes it at once.
SELECT format('order %s waits since %s, and no job to allocate it', number, updated_at) AS violation
FROM orders
WHERE sourcing = 'WAITING' AND updated_at < $1::timestamptz - interval '30 seconds'
  AND NOT EXISTS (SELECT FROM jobs WHERE kind = 'ALLOCATE' AND state <> 'DEAD')
