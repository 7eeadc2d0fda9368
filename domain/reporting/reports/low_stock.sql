-- What is to be ordered again: SKUs whose free units are down to what is needed until more can be there.
-- Reorder point: demand of the lead time, and safety stock z * sqrt(L * sigma_d^2 + d^2 * sigma_L^2). A day's variance
-- is an eighth of that of eight days; where there are no two of them, demand is taken for Poisson's.
-- Source: E. Silver, D. Pyke, D. Thomas, Inventory and Production Management in Supply Chains (4th ed.), chapter 6.
WITH ordered AS (
    SELECT s.variant_id, sum(times * s.units)::float8 AS units,
           (sum(times * s.units) / nullif(extract(epoch FROM :until::timestamptz - :from_at::timestamptz), 0) * 86400)::float8 AS a_day
    FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
    CROSS JOIN LATERAL (
        SELECT * FROM reports.variant_sales s
        WHERE (s.minutes, s.starts_at) = (b.minutes, b.starts_at) AND s.channel_id = ANY(:channels_or_all::uuid[])
          AND (:variant_ids::uuid[] IS NULL OR s.variant_id = ANY(:variant_ids)) OFFSET 0
    ) s
    GROUP BY s.variant_id HAVING sum(times * s.units) > 0
), shelf AS (
    SELECT variant_id, sum(free) AS units FROM reports.levels
    WHERE (:warehouse_ids::uuid[] IS NULL OR warehouse_id = ANY(:warehouse_ids))
      AND (:variant_ids::uuid[] IS NULL OR variant_id = ANY(:variant_ids))
    GROUP BY variant_id
), perhaps AS MATERIALIZED (
    -- low if demand varied as much as its sum allows, all of it within one of the eight days: n * sum(x^2) is at most n * (sum x)^2
    SELECT o.variant_id, o.a_day, greatest(0, coalesce(f.units, 0))::float8 AS free
    FROM ordered o LEFT JOIN shelf f USING (variant_id)
    WHERE greatest(0, coalesce(f.units, 0)) <= o.a_day * :lead_time_days::float8 + greatest(0, :service_factor::float8)
          * sqrt(:lead_time_days::float8 * greatest(o.a_day, o.units * o.units / nullif(8 * cardinality(:eight_days::timestamptz[]), 0))
                 + power(o.a_day * :lead_time_deviation_days::float8, 2))
), eight_days AS (
    SELECT s.variant_id, s.starts_at, sum(s.units) AS units
    FROM reports.variant_sales s WHERE s.minutes = 11520 AND s.starts_at = ANY(:eight_days::timestamptz[])
      AND s.channel_id = ANY(:channels_or_all::uuid[]) AND s.variant_id = ANY(ARRAY(SELECT variant_id FROM perhaps))
    GROUP BY s.variant_id, s.starts_at
), varied AS (
    -- eight days without a row had no demand
    SELECT variant_id, (sum(units * units) - sum(units) * sum(units) / cardinality(:eight_days::timestamptz[]))
                       / nullif(cardinality(:eight_days::timestamptz[]) - 1, 0) / 8 AS variance
    FROM eight_days GROUP BY variant_id
), needed AS (
    SELECT p.variant_id, p.a_day, p.free,
           :service_factor * sqrt(:lead_time_days::float8 * coalesce(v.variance::float8, p.a_day)
                                  + power(p.a_day * :lead_time_deviation_days::float8, 2)) AS safety
    FROM perhaps p LEFT JOIN varied v USING (variant_id)
), told AS (
    SELECT v.sku, v.name, (SELECT category FROM products WHERE id = v.product_id) AS category, n.free::bigint AS free, n.a_day AS demand_per_day, n.free / n.a_day AS days_of_cover,
           ceil(n.safety)::bigint AS safety_stock, ceil(n.a_day * :lead_time_days::float8 + n.safety)::bigint AS reorder_point,
           ceil(n.a_day * (:lead_time_days::float8 + :cover_days::float8) + n.safety - n.free)::bigint AS order_units
    FROM needed n JOIN variants v ON v.id = n.variant_id
    WHERE n.free <= n.a_day * :lead_time_days::float8 + n.safety
)
SELECT * FROM told
WHERE (:after_value::bigint IS NULL OR order_units < :after_value
       OR (order_units = :after_value AND sku > :after_key::text))
ORDER BY order_units DESC, sku LIMIT :rows_max
