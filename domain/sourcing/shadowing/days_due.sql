-- Days (UTC) from $1 until $2, itself excluded, on which orders were decided and of which no shadow is known, nor given
-- up; the latest first. None while one is being worked out.
SELECT d.day::date AS day
FROM generate_series($1::date, $2::date - 1, interval '1 day') AS d (day)
WHERE NOT EXISTS (SELECT FROM bid_price_shadow s WHERE s.day = d.day::date)
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.kind = 'SHADOW_PRICES'
                  AND (j.state <> 'DEAD' OR j.payload->>'day' = d.day::date::text))
  AND EXISTS (SELECT FROM sourcing_decisions
              WHERE at >= d.day AT TIME ZONE 'UTC' AND at < (d.day + interval '1 day') AT TIME ZONE 'UTC')
ORDER BY d.day DESC
LIMIT 1
