-- A date is a date: what was to be cancelled if still unfilled has been, a minute later at the latest.
-- If broken: See that a relay and workers run; `cancelOrder` cancels a single one now.
SELECT format('order %s waits, and was to be cancelled at %s', number, cancel_unfilled_at) AS violation
FROM orders
WHERE cancel_unfilled_at < $1::timestamptz - interval '60 seconds' AND sourcing = 'BACKORDERED'
