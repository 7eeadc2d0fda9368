-- When no warehouse that has a SKU had any of it to sell, and what was not sold by that: as much a day as on other days.
-- Source: E. Silver, D. Pyke, D. Thomas, Inventory and Production Management in Supply Chains (4th ed.), chapter 4
-- (demand is not what was sold while there was nothing to sell).
WITH span AS (
    SELECT tstzrange(:from_at, :until) AS span, extract(epoch FROM :until::timestamptz - :from_at::timestamptz) / 86400 AS days
), level AS (
    SELECT variant_id, warehouse_id, count(*) OVER (PARTITION BY variant_id) AS places FROM reports.levels
    WHERE (:warehouse_ids::uuid[] IS NULL OR warehouse_id = ANY(:warehouse_ids))
      AND (:variant_ids::uuid[] IS NULL OR variant_id = ANY(:variant_ids))
), out_of AS (
    SELECT l.variant_id, l.places, range_agg(tstzrange(o.began_at, o.ended_at) * s.span) AS spans
    FROM level l JOIN reports.stock_outs o USING (variant_id, warehouse_id) CROSS JOIN span s
    WHERE o.began_at < upper(s.span) AND (o.ended_at IS NULL OR o.ended_at > lower(s.span))
    GROUP BY l.variant_id, l.warehouse_id, l.places
), everywhere AS (
    SELECT variant_id, range_intersect_agg(spans) AS spans
    FROM out_of GROUP BY variant_id, places HAVING count(*) = places
), missed AS (
    SELECT variant_id, count(*) AS times, sum(extract(epoch FROM upper(one) - lower(one))) / 86400 AS days
    FROM everywhere, unnest(spans) AS one WHERE NOT isempty(one) GROUP BY variant_id
), ordered AS (
    SELECT s.variant_id, sum(times * s.units) AS units, sum(times * s.net_minor) FILTER (WHERE s.currency = :currency) AS net_minor,
           sum(times * (s.units - s.cancelled_units)) FILTER (WHERE s.currency = :currency) AS sold
    FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
    CROSS JOIN LATERAL (
        SELECT * FROM reports.variant_sales s
        WHERE (s.minutes, s.starts_at) = (b.minutes, b.starts_at) AND s.channel_id = ANY(:channels_or_all::uuid[])
          AND s.variant_id = ANY(ARRAY(SELECT variant_id FROM missed)) OFFSET 0
    ) s
    GROUP BY s.variant_id
), told AS (
    SELECT v.sku, v.name, (SELECT category FROM products WHERE id = v.product_id) AS category, m.times::bigint AS times, m.days::float8 AS days_out,
           (m.days / s.days)::float8 AS share_out, coalesce(o.units, 0)::bigint AS ordered_units,
           coalesce(round(o.units / nullif(s.days - m.days, 0) * m.days), 0)::bigint AS lost_units,
           round(o.units / nullif(s.days - m.days, 0) * m.days * o.net_minor / nullif(o.sold, 0))::bigint AS lost_minor
    FROM missed m CROSS JOIN span s LEFT JOIN ordered o USING (variant_id)
    JOIN variants v ON v.id = m.variant_id
)
SELECT * FROM told
WHERE (:after_value::bigint IS NULL OR lost_units < :after_value OR (lost_units = :after_value AND sku > :after_key::text))
ORDER BY lost_units DESC, sku LIMIT :rows_max
