-- Time is not missed: a backorder that time alone may fill waits for sourcing a minute after its time at the latest.
-- If broken: See that a relay runs (`forebay status`): its sweep wakes these orders. Its log says why it does not.
SELECT format('order %s was to be looked at again at %s', number, source_again_at) AS violation
FROM orders
WHERE source_again_at < $1::timestamptz - interval '60 seconds' AND sourcing = 'BACKORDERED'
