-- What was sold of each category, as products are sorted today, in blocks of time.
WITH block AS (
    SELECT * FROM unnest(:minutes::int[], :starts::timestamptz[]) AS b (minutes, starts_at)
), sold AS (
    SELECT p.category,
           sum(s.orders)::bigint AS orders, sum(s.units)::bigint AS units, sum(s.gross_minor)::bigint AS gross_minor,
           sum(s.platform_minor)::bigint AS platform_discount_minor, sum(s.merchant_minor)::bigint AS merchant_discount_minor,
           sum(s.cancelled_units)::bigint AS cancelled_units, sum(s.cancelled_minor)::bigint AS cancelled_minor,
           sum(s.net_minor)::bigint AS net_minor,
           round(sum(s.net_minor) / nullif(sum(s.orders), 0))::bigint AS average_order_minor
    FROM block JOIN reports.variant_sales s USING (minutes, starts_at)
    JOIN variants v ON v.id = s.variant_id JOIN products p ON p.id = v.product_id
    WHERE s.currency = :currency AND s.channel_id = ANY(:channels_or_all::uuid[])
      AND (:categories::text[] IS NULL OR p.category = ANY(:categories))
    GROUP BY p.category
    HAVING sum(s.orders) <> 0
)
SELECT * FROM sold
WHERE (:keys::text[] IS NULL OR category = ANY(:keys))
  AND (:after_value::bigint IS NULL OR net_minor < :after_value OR (net_minor = :after_value AND category > :after_key::text))
ORDER BY net_minor DESC, category LIMIT :rows_max
