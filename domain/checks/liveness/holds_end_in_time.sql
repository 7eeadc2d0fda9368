-- No zombie hold: an expired hold is gone within 60 seconds of its time.
-- If broken: See that a relay runs: its sweep ends holds. `releaseHold` ends a single one now.
SELECT format('hold %s of %s units expired at %s', id, quantity, expires_at) AS violation
FROM holds
WHERE state = 'ACTIVE' AND expires_at < $1::timestamptz - interval '60 seconds'
