-- What each warehouse shipped in blocks of time. Lead times are read from a histogram whose bucket i holds up to
-- 1.05^i minutes: 2 * 1.05^i / 2.05 is at most 2.44 % from any value in it.
-- Source: C. Masson et al., "DDSketch", PVLDB 12(12), 2019, section 2.
WITH block AS (
    SELECT * FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
), shipped AS (
    SELECT s.warehouse_id, sum(times * s.parcels) AS parcels, sum(times * s.orders) AS orders, sum(times * s.split_orders) AS split_orders,
           sum(times * s.units) AS units, sum(times * s.cost_minor) FILTER (WHERE s.currency = :currency) AS cost_minor,
           sum(times * s.parcels) FILTER (WHERE s.currency = :currency) AS costed, sum(times * s.weight_g) AS weight_g,
           sum(times * s.distance_m) AS distance_m, sum(times * s.measured) AS measured, sum(times * s.planned) AS planned, sum(times * s.late) AS late
    FROM block JOIN reports.shipments s USING (minutes, starts_at)
    WHERE (:channel_ids::uuid[] IS NULL OR s.channel_id = ANY(:channel_ids))
      AND (:warehouse_ids::uuid[] IS NULL OR s.warehouse_id = ANY(:warehouse_ids))
    GROUP BY s.warehouse_id HAVING sum(times * s.parcels) <> 0
), timed AS (
    SELECT t.warehouse_id, t.bucket, sum(times * t.parcels) AS parcels
    FROM block JOIN reports.lead_times t USING (minutes, starts_at)
    WHERE t.channel_id = ANY(:channels_or_all::uuid[])
      AND t.warehouse_id IN (SELECT warehouse_id FROM shipped)
    GROUP BY t.warehouse_id, t.bucket HAVING sum(times * t.parcels) <> 0
), ranked AS (
    SELECT warehouse_id, 2 * power(1.05, bucket) / 2.05 / 60 AS hours,
           sum(parcels) OVER (PARTITION BY warehouse_id ORDER BY bucket)
               / sum(parcels) OVER (PARTITION BY warehouse_id) AS upto
    FROM timed
), quantile AS (
    SELECT warehouse_id, min(hours) FILTER (WHERE upto >= 0.5) AS half, min(hours) FILTER (WHERE upto >= 0.9) AS most,
           min(hours) FILTER (WHERE upto >= 0.99) AS nearly_all
    FROM ranked GROUP BY warehouse_id
), told AS (
    SELECT w.code AS warehouse, w.name, s.parcels::bigint AS parcels, s.units::bigint AS units,
           (s.split_orders / s.parcels)::float8 AS split_share,
           (1 - s.late / nullif(s.planned, 0))::float8 AS on_time_share, q.half::float8 AS lead_time_median,
           q.most::float8 AS lead_time_90, q.nearly_all::float8 AS lead_time_99, CASE WHEN s.costed <> 0 THEN s.cost_minor END::bigint AS cost_minor,
           round(s.cost_minor / nullif(s.costed, 0))::bigint AS parcel_cost_minor,
           (s.distance_m / nullif(s.measured, 0) / 1000)::float8 AS average_distance,
           (s.weight_g / s.parcels / 1000)::float8 AS average_weight
    FROM shipped s JOIN warehouses w ON w.id = s.warehouse_id LEFT JOIN quantile q USING (warehouse_id)
)
SELECT * FROM told
WHERE (:keys::text[] IS NULL OR warehouse = ANY(:keys))
  AND (:after_value::bigint IS NULL OR parcels < :after_value OR (parcels = :after_value AND warehouse > :after_key::text))
ORDER BY parcels DESC, warehouse LIMIT :rows_max
