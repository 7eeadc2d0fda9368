-- What was sold of each SKU in blocks of time.
WITH block AS (
    SELECT * FROM unnest(:minutes::int[], :starts::timestamptz[]) AS b (minutes, starts_at)
), summed AS MATERIALIZED (
    -- before their names are looked up, which would be sorted along
    SELECT s.variant_id, sum(s.orders) AS orders, sum(s.units) AS units, sum(s.gross_minor) AS gross_minor,
           sum(s.platform_minor) AS platform_minor, sum(s.merchant_minor) AS merchant_minor,
           sum(s.cancelled_units) AS cancelled_units, sum(s.cancelled_minor) AS cancelled_minor, sum(s.net_minor) AS net_minor
    FROM block JOIN reports.variant_sales s USING (minutes, starts_at)
    WHERE s.currency = :currency AND s.channel_id = ANY(:channels_or_all::uuid[])
    GROUP BY s.variant_id
    HAVING sum(s.orders) <> 0
), sold AS (
    SELECT v.sku, v.name, p.category, s.orders::bigint AS orders, s.units::bigint AS units,
           s.gross_minor::bigint AS gross_minor, s.platform_minor::bigint AS platform_discount_minor,
           s.merchant_minor::bigint AS merchant_discount_minor, s.cancelled_units::bigint AS cancelled_units,
           s.cancelled_minor::bigint AS cancelled_minor, s.net_minor::bigint AS net_minor,
           round(s.net_minor / s.orders)::bigint AS average_order_minor
    FROM summed s JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id
    WHERE (:categories::text[] IS NULL OR p.category = ANY(:categories)) AND (:skus::text[] IS NULL OR v.sku = ANY(:skus))
)
SELECT * FROM sold
WHERE (:keys::text[] IS NULL OR sku = ANY(:keys))
  AND (:after_value::bigint IS NULL OR net_minor < :after_value OR (net_minor = :after_value AND sku > :after_key::text))
ORDER BY net_minor DESC, sku LIMIT :rows_max
