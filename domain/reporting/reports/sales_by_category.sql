-- What was sold of each category, as products are sorted today, in blocks of time.
WITH block AS (
    SELECT * FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
), summed AS MATERIALIZED (
    -- before their categories are looked up, which would be done for each block
    SELECT s.variant_id, sum(times * s.orders) AS orders, sum(times * s.units) AS units,
           sum(times * s.gross_minor) AS gross_minor, sum(times * s.platform_minor) AS platform_minor,
           sum(times * s.merchant_minor) AS merchant_minor, sum(times * s.cancelled_units) AS cancelled_units,
           sum(times * s.cancelled_minor) AS cancelled_minor, sum(times * s.net_minor) AS net_minor
    FROM block b CROSS JOIN LATERAL (
        SELECT * FROM reports.variant_sales s
        WHERE (s.minutes, s.starts_at) = (b.minutes, b.starts_at) AND s.channel_id = ANY(:channels_or_all::uuid[]) AND s.currency = :currency
          AND (:variant_ids::uuid[] IS NULL OR s.variant_id = ANY(:variant_ids)) OFFSET 0
    ) s
    GROUP BY s.variant_id
), sold AS (
    SELECT p.category, sum(s.orders)::bigint AS orders, sum(s.units)::bigint AS units, sum(s.gross_minor)::bigint AS gross_minor,
           sum(s.platform_minor)::bigint AS platform_discount_minor, sum(s.merchant_minor)::bigint AS merchant_discount_minor,
           sum(s.cancelled_units)::bigint AS cancelled_units, sum(s.cancelled_minor)::bigint AS cancelled_minor,
           sum(s.net_minor)::bigint AS net_minor, round(sum(s.net_minor) / nullif(sum(s.orders), 0))::bigint AS average_order_minor
    FROM summed s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id
    GROUP BY p.category
    HAVING sum(s.orders) <> 0
)
SELECT * FROM sold
WHERE (:keys::text[] IS NULL OR category = ANY(:keys))
  AND (:after_value::bigint IS NULL OR net_minor < :after_value OR (net_minor = :after_value AND category > :after_key::text))
ORDER BY net_minor DESC, category LIMIT :rows_max
