-- What was sold in each period; the moving average is that of the period and those before it.
WITH block AS (
    SELECT * FROM unnest(:periods::int[], :times::int[], :minutes::int[], :starts::timestamptz[])
        AS b (number, times, minutes, starts_at)
), sold AS (
    SELECT b.number, sum(times * s.orders) AS orders, sum(times * s.units) AS units, sum(times * s.gross_minor) AS gross_minor,
           sum(times * s.platform_minor) AS platform_minor, sum(times * s.merchant_minor) AS merchant_minor,
           sum(times * s.cancelled_units) AS cancelled_units, sum(times * s.cancelled_minor) AS cancelled_minor,
           sum(times * s.net_minor) AS net_minor, sum(times * (s.orders - s.cancelled)) AS alive
    FROM block b JOIN reports.sales s ON (s.minutes, s.starts_at) = (b.minutes, b.starts_at)
    WHERE s.currency = :currency AND (:channel_ids::uuid[] IS NULL OR s.channel_id = ANY(:channel_ids))
    GROUP BY b.number
), every AS (
    SELECT p.number, p.starts_at, coalesce(s.orders, 0)::bigint AS orders, coalesce(s.units, 0)::bigint AS units,
           coalesce(s.gross_minor, 0)::bigint AS gross_minor,
           coalesce(s.platform_minor, 0)::bigint AS platform_discount_minor,
           coalesce(s.merchant_minor, 0)::bigint AS merchant_discount_minor,
           coalesce(s.cancelled_units, 0)::bigint AS cancelled_units,
           coalesce(s.cancelled_minor, 0)::bigint AS cancelled_minor, coalesce(s.net_minor, 0)::bigint AS net_minor,
           round(s.net_minor / nullif(s.alive, 0))::bigint AS average_order_minor,
           round(avg(coalesce(s.net_minor, 0)) OVER line)::bigint AS moving_average_minor,
           round(avg(coalesce(s.orders, 0)) OVER line, 2)::float8 AS moving_average_orders
    FROM unnest(:numbers::int[], :begins::timestamptz[]) AS p (number, starts_at) LEFT JOIN sold s USING (number)
    WINDOW line AS (ORDER BY p.number ROWS :before_it PRECEDING)
)
SELECT * FROM every WHERE number >= 0 ORDER BY number
