-- What stock did in blocks of days. What was on hand on average is its integral over time: each move counts for as long as
-- the span goes on after it (`unit_seconds` says so up to its block's end).
-- Source: E. Silver, D. Pyke, D. Thomas, Inventory and Production Management in Supply Chains.
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
    SELECT m.variant_id, sum(times * m.received) AS received, sum(times * m.shipped) AS shipped, sum(times * m.lost) AS lost,
           sum(times * m.transferred) AS transferred,
           sum(times * (m.unit_seconds + (m.received - m.shipped - m.lost + m.transferred)
               * extract(epoch FROM :to_at::timestamptz - b.starts_at - make_interval(mins => b.minutes))::bigint)) AS unit_seconds
    FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
    CROSS JOIN LATERAL (
        SELECT * FROM reports.stock_moves m
        WHERE (m.minutes, m.starts_at) = (b.minutes, b.starts_at) AND m.warehouse_id = ANY(:warehouses_or_all::uuid[])
          AND (:variant_ids::uuid[] IS NULL OR m.variant_id = ANY(:variant_ids)) OFFSET 0
    ) m
    GROUP BY m.variant_id
), balance AS (
    SELECT variant_id, c.units - coalesce(m.received - m.shipped - m.lost + m.transferred, 0) AS opening,
           coalesce(m.received, 0) AS received, coalesce(m.shipped, 0) AS shipped, coalesce(m.lost, 0) AS lost,
           coalesce(m.unit_seconds, 0) AS unit_seconds, c.units AS closing
    FROM closing c LEFT JOIN moved m USING (variant_id)
), averaged AS (
    -- of a span that is not over yet, what has passed of it
    SELECT *, (opening * extract(epoch FROM :to_at::timestamptz - :from_at::timestamptz) + unit_seconds
               - closing * extract(epoch FROM :to_at::timestamptz - :until::timestamptz))
              / nullif(extract(epoch FROM :until::timestamptz - :from_at::timestamptz), 0) AS average
    FROM balance WHERE (opening, received, shipped, closing) <> (0, 0, 0, 0)
), told AS (
    SELECT v.sku, v.name, (SELECT category FROM products WHERE id = v.product_id) AS category, a.opening::bigint AS opening, a.received::bigint AS received, a.shipped::bigint AS shipped,
           a.lost::bigint AS lost, a.closing::bigint AS closing, round(a.average, 2)::float8 AS average_on_hand,
           (a.shipped / nullif(a.average, 0))::float8 AS turnover,
           (a.average / nullif(a.shipped, 0) * extract(epoch FROM :until::timestamptz - :from_at::timestamptz) / 86400)::float8
               AS days_on_hand,
           (a.shipped / nullif(a.opening + a.received, 0))::float8 AS sell_through
    FROM averaged a JOIN variants v ON v.id = a.variant_id
)
SELECT * FROM told
WHERE (:after_value::bigint IS NULL OR shipped < :after_value OR (shipped = :after_value AND sku > :after_key::text))
ORDER BY shipped DESC, sku LIMIT :rows_max
