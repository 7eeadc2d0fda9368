-- Units that were there all the span, and of whose SKU none was shipped in it.
WITH closing AS (
    -- what is there now, less what came since
    SELECT variant_id, sum(units) AS units
    FROM (
        SELECT variant_id, on_hand AS units FROM reports.levels
        WHERE (:warehouse_ids::uuid[] IS NULL OR warehouse_id = ANY(:warehouse_ids))
          AND (:variant_ids::uuid[] IS NULL OR variant_id = ANY(:variant_ids))
        UNION ALL
        SELECT m.variant_id, -times * (m.received - m.shipped - m.lost + m.transferred)
        FROM unnest(:later_times::int[], :later_minutes::int[], :later_starts::timestamptz[]) AS b (times, minutes, starts_at)
        CROSS JOIN LATERAL (
            SELECT * FROM reports.stock_moves m
            WHERE (m.minutes, m.starts_at) = (b.minutes, b.starts_at) AND m.warehouse_id = ANY(:warehouses_or_all::uuid[])
              AND (:variant_ids::uuid[] IS NULL OR m.variant_id = ANY(:variant_ids)) OFFSET 0
        ) m
    ) AS both_sides
    GROUP BY variant_id
), moved AS (
    SELECT m.variant_id, sum(times * m.shipped) AS shipped, sum(times * (m.received - m.shipped - m.lost + m.transferred)) AS units
    FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
    CROSS JOIN LATERAL (
        SELECT * FROM reports.stock_moves m
        WHERE (m.minutes, m.starts_at) = (b.minutes, b.starts_at) AND m.warehouse_id = ANY(:warehouses_or_all::uuid[])
          AND (:variant_ids::uuid[] IS NULL OR m.variant_id = ANY(:variant_ids)) OFFSET 0
    ) m
    GROUP BY m.variant_id
), told AS (
    SELECT v.sku, v.name, (SELECT category FROM products WHERE id = v.product_id) AS category, c.units::bigint AS on_hand,
           CASE WHEN v.unit_cost_currency = :currency THEN c.units * v.unit_cost_minor END::bigint AS value_minor
    FROM closing c LEFT JOIN moved m USING (variant_id)
    CROSS JOIN LATERAL (SELECT * FROM variants WHERE id = c.variant_id OFFSET 0) v
    WHERE coalesce(m.shipped, 0) = 0 AND c.units > 0 AND c.units > coalesce(m.units, 0)
)
SELECT * FROM told
WHERE (:after_value::bigint IS NULL OR on_hand < :after_value OR (on_hand = :after_value AND sku > :after_key::text))
ORDER BY on_hand DESC, sku LIMIT :rows_max
