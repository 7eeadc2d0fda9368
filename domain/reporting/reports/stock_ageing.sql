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
        CROSS JOIN LATERAL (
            SELECT * FROM reports.stock_moves m
            WHERE (m.minutes, m.starts_at) = (b.minutes, b.starts_at) AND m.warehouse_id = '00000000-0000-0000-0000-000000000000'
              AND (:variant_ids::uuid[] IS NULL OR m.variant_id = ANY(:variant_ids)) OFFSET 0
        ) m
    ) AS both_sides
    GROUP BY variant_id
), came AS (
    SELECT m.variant_id, sum(b.to_30 * m.received) AS to_30,
           sum(b.to_60 * m.received) AS to_60,
           sum(b.to_90 * m.received) AS to_90,
           sum(b.to_180 * m.received) AS to_180,
           sum(b.to_365 * m.received) AS to_365
    FROM unnest(:age_minutes::int[], :age_starts::timestamptz[], :times_to_30::int[], :times_to_60::int[], :times_to_90::int[], :times_to_180::int[], :times_to_365::int[])
        AS b (minutes, starts_at, to_30, to_60, to_90, to_180, to_365)
    CROSS JOIN LATERAL (
        SELECT variant_id, received FROM reports.stock_moves m
        WHERE (m.minutes, m.starts_at) = (b.minutes, b.starts_at) AND m.warehouse_id = '00000000-0000-0000-0000-000000000000' AND m.received > 0
          AND (:variant_ids::uuid[] IS NULL OR m.variant_id = ANY(:variant_ids)) OFFSET 0
    ) m
    GROUP BY m.variant_id
), young AS (
    SELECT h.variant_id, h.units, least(h.units, coalesce(c.to_30, 0)) AS to_30,
           least(h.units, coalesce(c.to_60, 0)) AS to_60,
           least(h.units, coalesce(c.to_90, 0)) AS to_90,
           least(h.units, coalesce(c.to_180, 0)) AS to_180,
           least(h.units, coalesce(c.to_365, 0)) AS to_365
    FROM closing h LEFT JOIN came c USING (variant_id) WHERE h.units > 0
), told AS (
    SELECT v.sku, v.name, (SELECT category FROM products WHERE id = v.product_id) AS category, y.units::bigint AS on_hand, y.to_30::bigint AS up_to_30_days,
           (y.to_60 - y.to_30)::bigint AS up_to_60_days, (y.to_90 - y.to_60)::bigint AS up_to_90_days,
           (y.to_180 - y.to_90)::bigint AS up_to_180_days, (y.to_365 - y.to_180)::bigint AS up_to_365_days,
           (y.units - y.to_365)::bigint AS older,
           CASE WHEN v.unit_cost_currency = :currency THEN y.units * v.unit_cost_minor END::bigint AS value_minor
    FROM young y JOIN variants v ON v.id = y.variant_id
)
SELECT * FROM told
WHERE (:after_value::bigint IS NULL OR on_hand < :after_value OR (on_hand = :after_value AND sku > :after_key::text))
ORDER BY on_hand DESC, sku LIMIT :rows_max
