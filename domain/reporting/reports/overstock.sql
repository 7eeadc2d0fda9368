-- SKUs of which there is more than the demand of so many days.
WITH ordered AS (
    SELECT s.variant_id, sum(times * s.units) / nullif(extract(epoch FROM :until::timestamptz - :from_at::timestamptz), 0) * 86400 AS a_day
    FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
    CROSS JOIN LATERAL (
        SELECT * FROM reports.variant_sales s
        WHERE (s.minutes, s.starts_at) = (b.minutes, b.starts_at) AND s.channel_id = ANY(:channels_or_all::uuid[])
          AND (:variant_ids::uuid[] IS NULL OR s.variant_id = ANY(:variant_ids)) OFFSET 0
    ) s
    GROUP BY s.variant_id
), free AS (
    SELECT variant_id, sum(free) AS units FROM reports.levels
    WHERE (:warehouse_ids::uuid[] IS NULL OR warehouse_id = ANY(:warehouse_ids))
      AND (:variant_ids::uuid[] IS NULL OR variant_id = ANY(:variant_ids))
    GROUP BY variant_id HAVING sum(free) > 0
), beyond AS (
    SELECT f.variant_id, f.units, coalesce(o.a_day, 0)::float8 AS a_day,
           floor(f.units - coalesce(o.a_day, 0) * :cover_days::numeric) AS excess
    FROM free f LEFT JOIN ordered o USING (variant_id)
), told AS (
    SELECT v.sku, v.name, (SELECT category FROM products WHERE id = v.product_id) AS category, b.units::bigint AS free, b.a_day AS demand_per_day,
           b.units::float8 / nullif(b.a_day, 0) AS days_of_cover, b.excess::bigint AS excess_units,
           CASE WHEN v.unit_cost_currency = :currency THEN b.excess * v.unit_cost_minor END::bigint AS excess_minor
    FROM beyond b JOIN variants v ON v.id = b.variant_id
    WHERE b.excess > 0
)
SELECT * FROM told
WHERE (:after_value::bigint IS NULL OR excess_units < :after_value
       OR (excess_units = :after_value AND sku > :after_key::text))
ORDER BY excess_units DESC, sku LIMIT :rows_max
