-- Reports count what came to another category by it within six hours.
-- If broken: See that a relay runs, and what it logs of its step `reports`; `forebay reports rebuild` counts everything anew.
SELECT format('%s waits since %s', coalesce('product ' || product_id, 'variant ' || variant_id), changed_at) AS violation
FROM recategorised
WHERE consumer = 'reports' AND changed_at < $1::timestamptz - interval '6 hours'
