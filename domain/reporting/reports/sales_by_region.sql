-- What was sold to each area in blocks of time.
WITH block AS (
    SELECT * FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
), sold AS (
    SELECT concat_ws(' ', s.country_code, nullif(s.area, '')) AS region, s.country_code, s.area,
           sum(times * s.orders)::bigint AS orders, sum(times * s.units)::bigint AS units, sum(times * s.gross_minor)::bigint AS gross_minor,
           sum(times * s.platform_minor)::bigint AS platform_discount_minor, sum(times * s.merchant_minor)::bigint AS merchant_discount_minor,
           sum(times * s.cancelled_units)::bigint AS cancelled_units, sum(times * s.cancelled_minor)::bigint AS cancelled_minor,
           sum(times * s.net_minor)::bigint AS net_minor,
           round(sum(times * s.net_minor) / nullif(sum(times * (s.orders - s.cancelled)), 0))::bigint AS average_order_minor
    FROM block JOIN reports.regional_sales s USING (minutes, starts_at)
    WHERE s.currency = :currency AND s.channel_id = ANY(:channels_or_all::uuid[])
    GROUP BY s.country_code, s.area
    HAVING sum(times * s.orders) <> 0
)
SELECT * FROM sold
WHERE (:keys::text[] IS NULL OR region = ANY(:keys))
  AND (:after_value::bigint IS NULL OR net_minor < :after_value OR (net_minor = :after_value AND region > :after_key::text))
ORDER BY net_minor DESC, region LIMIT :rows_max
