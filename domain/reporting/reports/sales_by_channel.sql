-- What each channel sold in blocks of time.
WITH block AS (
    SELECT * FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
), sold AS (
    SELECT c.code AS channel, c.name,
           sum(times * s.orders)::bigint AS orders, sum(times * s.units)::bigint AS units, sum(times * s.gross_minor)::bigint AS gross_minor,
           sum(times * s.platform_minor)::bigint AS platform_discount_minor, sum(times * s.merchant_minor)::bigint AS merchant_discount_minor,
           sum(times * s.cancelled_units)::bigint AS cancelled_units, sum(times * s.cancelled_minor)::bigint AS cancelled_minor,
           sum(times * s.net_minor)::bigint AS net_minor,
           round(sum(times * s.net_minor) / nullif(sum(times * (s.orders - s.cancelled)), 0))::bigint AS average_order_minor
    FROM block JOIN reports.sales s USING (minutes, starts_at) JOIN channels c ON c.id = s.channel_id
    WHERE s.currency = :currency AND (:channel_ids::uuid[] IS NULL OR s.channel_id = ANY(:channel_ids))
    GROUP BY c.id
    HAVING sum(times * s.orders) <> 0
)
SELECT * FROM sold
WHERE (:keys::text[] IS NULL OR channel = ANY(:keys))
  AND (:after_value::bigint IS NULL OR net_minor < :after_value OR (net_minor = :after_value AND channel > :after_key::text))
ORDER BY net_minor DESC, channel LIMIT :rows_max
