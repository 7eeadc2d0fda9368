-- No zombie hold: an expired hold is gone within 60 seconds of its time.
SELECT format('hold %s of %s units expired at %s', id, quantity, expires_at) AS violation
FROM holds
WHERE state = 'ACTIVE' AND expires_at < $1::timestamptz - interval '60 seconds'
