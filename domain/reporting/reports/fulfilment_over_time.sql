-- What left in each period, and how. An order is counted where its first parcel left, and as split where its second did.
WITH block AS (
    SELECT * FROM unnest(:periods::int[], :minutes::int[], :starts::timestamptz[]) AS b (number, minutes, starts_at)
), shipped AS (
    SELECT b.number, sum(s.parcels) AS parcels, sum(s.orders) AS orders, sum(s.split_orders) AS split_orders,
           sum(s.units) AS units, sum(s.cost_minor) FILTER (WHERE s.currency = :currency) AS cost_minor,
           sum(s.orders) FILTER (WHERE s.currency = :currency) AS costed,
           sum(s.distance_m) AS distance_m, sum(s.measured) AS measured, sum(s.planned) AS planned, sum(s.late) AS late
    FROM block b JOIN reports.shipments s ON (s.minutes, s.starts_at) = (b.minutes, b.starts_at)
    WHERE (:channel_ids::uuid[] IS NULL OR s.channel_id = ANY(:channel_ids))
      AND (:warehouse_ids::uuid[] IS NULL OR s.warehouse_id = ANY(:warehouse_ids))
    GROUP BY b.number
), every AS (
    SELECT p.number, p.starts_at, coalesce(s.parcels, 0)::bigint AS parcels, coalesce(s.orders, 0)::bigint AS orders,
           coalesce(s.units, 0)::bigint AS units, (s.split_orders / nullif(s.orders, 0))::float8 AS split_rate,
           (1 - s.late / nullif(s.planned, 0))::float8 AS on_time_share, s.cost_minor::bigint AS cost_minor,
           round(s.cost_minor / nullif(s.costed, 0))::bigint AS order_cost_minor,
           (s.distance_m / nullif(s.measured, 0) / 1000)::float8 AS average_distance,
           round(avg(coalesce(s.parcels, 0)) OVER line, 2)::float8 AS moving_average_parcels
    FROM unnest(:numbers::int[], :begins::timestamptz[]) AS p (number, starts_at) LEFT JOIN shipped s USING (number)
    WINDOW line AS (ORDER BY p.number ROWS :before_it PRECEDING)
)
SELECT * FROM every WHERE number >= 0 ORDER BY number
