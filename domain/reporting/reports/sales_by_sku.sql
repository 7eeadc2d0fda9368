-- What was sold of each SKU in blocks of time.
WITH block AS (
    SELECT * FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
), summed AS MATERIALIZED (
    -- before their names are looked up, which would be sorted along
    SELECT s.variant_id, sum(times * s.orders) AS orders, sum(times * s.units) AS units, sum(times * s.gross_minor) AS gross_minor,
           sum(times * s.platform_minor) AS platform_minor, sum(times * s.merchant_minor) AS merchant_minor,
           sum(times * s.cancelled_units) AS cancelled_units, sum(times * s.cancelled_minor) AS cancelled_minor, sum(times * s.net_minor) AS net_minor
    FROM block b CROSS JOIN LATERAL (
        SELECT * FROM reports.variant_sales s
        WHERE (s.minutes, s.starts_at) = (b.minutes, b.starts_at) AND s.channel_id = ANY(:channels_or_all::uuid[]) AND s.currency = :currency
          AND (:variant_ids::uuid[] IS NULL OR s.variant_id = ANY(:variant_ids)) OFFSET 0
    ) s
    GROUP BY s.variant_id
    HAVING sum(times * s.orders) <> 0
), sold AS (
    SELECT v.sku, v.name, (SELECT category FROM products WHERE id = v.product_id) AS category, s.orders::bigint AS orders, s.units::bigint AS units,
           s.gross_minor::bigint AS gross_minor, s.platform_minor::bigint AS platform_discount_minor,
           s.merchant_minor::bigint AS merchant_discount_minor, s.cancelled_units::bigint AS cancelled_units,
           s.cancelled_minor::bigint AS cancelled_minor, s.net_minor::bigint AS net_minor,
           round(s.net_minor / s.orders)::bigint AS average_order_minor
    FROM summed s JOIN variants v ON v.id = s.variant_id
)
SELECT * FROM sold
WHERE (:after_value::bigint IS NULL OR net_minor < :after_value OR (net_minor = :after_value AND sku > :after_key::text))
ORDER BY net_minor DESC, sku LIMIT :rows_max
