-- How old stock is when units leave in the order in which they came (FIFO): what is left are the units that came last. So
-- of those on hand as many are up to so old as came in that time, and the differences are the layers.
WITH closing AS (
    -- what is there now, less what came since
    SELECT variant_id, sum(units) AS units
    FROM (
        SELECT variant_id, on_hand AS units FROM reports.levels WHERE (:variant_ids::uuid[] IS NULL OR variant_id = ANY(:variant_ids))
        UNION ALL
        SELECT m.variant_id, -times * (m.received - m.shipped - m.lost + m.transferred)
        FROM unnest(:later_times::int[], :later_minutes::int[], :later_starts::timestamptz[]) AS b (times, minutes, starts_at)
        JOIN reports.stock_moves m USING (minutes, starts_at)
        WHERE m.warehouse_id = '00000000-0000-0000-0000-000000000000' AND (:variant_ids::uuid[] IS NULL OR m.variant_id = ANY(:variant_ids))
    ) AS both_sides
    GROUP BY variant_id
), came AS (
    SELECT m.variant_id, b.age, sum(times * m.received) AS units
    FROM unnest(:ages::int[], :age_times::int[], :age_minutes::int[], :age_starts::timestamptz[]) AS b (age, times, minutes, starts_at)
    JOIN reports.stock_moves m ON (m.minutes, m.starts_at) = (b.minutes, b.starts_at) AND m.warehouse_id = '00000000-0000-0000-0000-000000000000'
    WHERE m.received > 0 AND (:variant_ids::uuid[] IS NULL OR m.variant_id = ANY(:variant_ids))
    GROUP BY m.variant_id, b.age
), young AS (
    SELECT h.variant_id, h.units,
           least(h.units, coalesce(sum(c.units) FILTER (WHERE c.age <= 30), 0)) AS to_30,
           least(h.units, coalesce(sum(c.units) FILTER (WHERE c.age <= 60), 0)) AS to_60,
           least(h.units, coalesce(sum(c.units) FILTER (WHERE c.age <= 90), 0)) AS to_90,
           least(h.units, coalesce(sum(c.units) FILTER (WHERE c.age <= 180), 0)) AS to_180,
           least(h.units, coalesce(sum(c.units) FILTER (WHERE c.age <= 365), 0)) AS to_365
    FROM closing h LEFT JOIN came c USING (variant_id) WHERE h.units > 0 GROUP BY h.variant_id, h.units
), told AS (
    SELECT v.sku, v.name, p.category, y.units::bigint AS on_hand, y.to_30::bigint AS up_to_30_days,
           (y.to_60 - y.to_30)::bigint AS up_to_60_days, (y.to_90 - y.to_60)::bigint AS up_to_90_days,
           (y.to_180 - y.to_90)::bigint AS up_to_180_days, (y.to_365 - y.to_180)::bigint AS up_to_365_days,
           (y.units - y.to_365)::bigint AS older,
           CASE WHEN v.unit_cost_currency = :currency THEN y.units * v.unit_cost_minor END::bigint AS value_minor
    FROM young y JOIN variants v ON v.id = y.variant_id JOIN products p ON p.id = v.product_id
)
SELECT * FROM told
WHERE (:after_value::bigint IS NULL OR on_hand < :after_value OR (on_hand = :after_value AND sku > :after_key::text))
ORDER BY on_hand DESC, sku LIMIT :rows_max
