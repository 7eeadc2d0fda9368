-- What left in each period, and how. An order is counted where its first parcel left, and as split where its second did.
-- Lead times are read from a histogram, as in fulfilment_by_warehouse.sql.
WITH block AS (
    SELECT * FROM unnest(:periods::int[], :times::int[], :minutes::int[], :starts::timestamptz[])
        AS b (number, times, minutes, starts_at)
), shipped AS (
    SELECT b.number, sum(times * s.parcels) AS parcels, sum(times * s.orders) AS orders, sum(times * s.split_orders) AS split_orders,
           sum(times * s.units) AS units, sum(times * s.cost_minor) FILTER (WHERE s.currency = :currency) AS cost_minor,
           sum(times * s.parcels) FILTER (WHERE s.currency = :currency) AS costed,
           sum(times * s.orders) FILTER (WHERE s.currency = :currency) AS costed_orders,
           sum(times * s.distance_m) AS distance_m, sum(times * s.measured) AS measured, sum(times * s.planned) AS planned, sum(times * s.late) AS late
    FROM block b JOIN reports.shipments s ON (s.minutes, s.starts_at) = (b.minutes, b.starts_at)
    WHERE (:channel_ids::uuid[] IS NULL OR s.channel_id = ANY(:channel_ids))
      AND (:warehouse_ids::uuid[] IS NULL OR s.warehouse_id = ANY(:warehouse_ids))
    GROUP BY b.number HAVING sum(times * s.parcels) <> 0
), timed AS (
    SELECT b.number, t.bucket, sum(times * t.parcels) AS parcels
    FROM block b JOIN reports.lead_times t ON (t.minutes, t.starts_at) = (b.minutes, b.starts_at)
    WHERE b.number >= 0 AND t.channel_id = ANY(:channels_or_all::uuid[]) AND t.warehouse_id = ANY(:warehouses_or_all::uuid[])
    GROUP BY b.number, t.bucket HAVING sum(times * t.parcels) <> 0
), ranked AS (
    SELECT number, 2 * power(1.05, bucket) / 2.05 / 60 AS hours,
           sum(parcels) OVER (PARTITION BY number ORDER BY bucket) / sum(parcels) OVER (PARTITION BY number) AS upto
    FROM timed
), quantile AS (
    SELECT number, min(hours) FILTER (WHERE upto >= 0.5) AS half, min(hours) FILTER (WHERE upto >= 0.9) AS most,
           min(hours) FILTER (WHERE upto >= 0.99) AS nearly_all
    FROM ranked GROUP BY number
), every AS (
    SELECT p.number, p.starts_at, coalesce(s.parcels, 0)::bigint AS parcels, coalesce(s.orders, 0)::bigint AS orders,
           coalesce(s.units, 0)::bigint AS units, (s.split_orders / nullif(s.orders, 0))::float8 AS split_rate,
           (1 - s.late / nullif(s.planned, 0))::float8 AS on_time_share, q.half::float8 AS lead_time_median,
           q.most::float8 AS lead_time_90, q.nearly_all::float8 AS lead_time_99, CASE WHEN s.costed <> 0 THEN s.cost_minor END::bigint AS cost_minor,
           round(s.cost_minor / nullif(s.costed_orders, 0))::bigint AS order_cost_minor,
           (s.distance_m / nullif(s.measured, 0) / 1000)::float8 AS average_distance,
           round(avg(coalesce(s.parcels, 0)) OVER line, 2)::float8 AS moving_average_parcels
    FROM unnest(:numbers::int[], :begins::timestamptz[]) AS p (number, starts_at)
    LEFT JOIN shipped s USING (number) LEFT JOIN quantile q USING (number)
    WINDOW line AS (ORDER BY p.number ROWS :before_it PRECEDING)
)
SELECT * FROM every WHERE number >= 0 ORDER BY number
