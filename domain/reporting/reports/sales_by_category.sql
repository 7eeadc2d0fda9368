-- What was sold of each category, as products are sorted today, in blocks of time. Where SKUs were named it is added up from
-- theirs; either half asks nothing where the other one is meant.
WITH block AS (
    SELECT * FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
), by_sku AS MATERIALIZED (
    -- before their categories are looked up, which would be done for each block
    SELECT s.variant_id, sum(times * s.orders) AS orders, sum(times * s.units) AS units,
           sum(times * s.gross_minor) AS gross_minor, sum(times * s.platform_minor) AS platform_minor,
           sum(times * s.merchant_minor) AS merchant_minor, sum(times * s.cancelled_units) AS cancelled_units,
           sum(times * s.cancelled_minor) AS cancelled_minor, sum(times * s.net_minor) AS net_minor
    FROM block b CROSS JOIN LATERAL (
        SELECT * FROM reports.variant_sales s
        WHERE (s.minutes, s.starts_at) = (b.minutes, b.starts_at) AND s.channel_id = ANY(:channels_or_all::uuid[]) AND s.currency = :currency
          AND s.variant_id = ANY(:variant_ids::uuid[]) OFFSET 0
    ) s
    WHERE :skus_named::boolean
    GROUP BY s.variant_id
), summed AS (
    SELECT p.category, s.orders, s.units, s.gross_minor, s.platform_minor, s.merchant_minor, s.cancelled_units, s.cancelled_minor,
           s.net_minor
    FROM by_sku s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id
    UNION ALL
    SELECT s.category, times * s.orders, times * s.units, times * s.gross_minor, times * s.platform_minor,
           times * s.merchant_minor, times * s.cancelled_units, times * s.cancelled_minor, times * s.net_minor
    FROM block JOIN reports.category_sales s USING (minutes, starts_at)
    WHERE NOT :skus_named AND s.currency = :currency AND (:channel_ids::uuid[] IS NULL OR s.channel_id = ANY(:channel_ids))
      AND (:categories::text[] IS NULL OR s.category = ANY(:categories))
), sold AS (
    SELECT category, sum(orders)::bigint AS orders, sum(units)::bigint AS units, sum(gross_minor)::bigint AS gross_minor,
           sum(platform_minor)::bigint AS platform_discount_minor, sum(merchant_minor)::bigint AS merchant_discount_minor,
           sum(cancelled_units)::bigint AS cancelled_units, sum(cancelled_minor)::bigint AS cancelled_minor,
           sum(net_minor)::bigint AS net_minor, round(sum(net_minor) / nullif(sum(orders), 0))::bigint AS average_order_minor
    FROM summed
    GROUP BY category
    HAVING sum(orders) <> 0
)
SELECT * FROM sold
WHERE (:keys::text[] IS NULL OR category = ANY(:keys))
  AND (:after_value::bigint IS NULL OR net_minor < :after_value OR (net_minor = :after_value AND category > :after_key::text))
ORDER BY net_minor DESC, category LIMIT :rows_max
