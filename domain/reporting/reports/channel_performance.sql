-- How each channel did in blocks of time; margins are of units whose cost was known in this currency when they were ordered.
WITH block AS (
    SELECT * FROM unnest(:times::int[], :minutes::int[], :starts::timestamptz[]) AS b (times, minutes, starts_at)
), sold AS (
    SELECT s.channel_id, sum(times * s.orders) AS orders, sum(times * s.units) AS units, sum(times * s.net_minor) AS net_minor,
           sum(times * s.cancelled) AS cancelled, sum(times * s.cancelled_units) AS cancelled_units, sum(times * s.backordered) AS backordered,
           sum(times * s.oversold) AS oversold, sum(times * s.promised) AS promised, sum(times * s.promise_missed) AS promise_missed,
           sum(times * s.cost_minor) AS cost_minor, sum(times * s.costed_minor) AS costed_minor
    FROM block JOIN reports.sales s USING (minutes, starts_at)
    WHERE s.currency = :currency AND (:channel_ids::uuid[] IS NULL OR s.channel_id = ANY(:channel_ids))
    GROUP BY s.channel_id HAVING sum(times * s.orders) <> 0
), shipped AS (
    SELECT s.channel_id, sum(times * s.parcels) AS parcels, sum(times * s.planned) AS planned, sum(times * s.late) AS late
    FROM block JOIN reports.shipments s USING (minutes, starts_at)
    WHERE :channel_ids::uuid[] IS NULL OR s.channel_id = ANY(:channel_ids)
    GROUP BY s.channel_id
), told AS (
    SELECT c.code AS channel, c.name, s.orders::bigint AS orders, s.net_minor::bigint AS net_minor,
           (s.cancelled / s.orders)::float8 AS cancel_rate,
           (s.cancelled_units / nullif(s.units, 0))::float8 AS cancelled_unit_share,
           (s.backordered / s.orders)::float8 AS backorder_share, (s.oversold / s.orders)::float8 AS oversold_rate,
           coalesce(p.parcels, 0)::bigint AS parcels, (p.late / nullif(p.planned, 0))::float8 AS late_rate,
           (s.promise_missed / nullif(s.promised, 0))::float8 AS promise_missed_rate,
           CASE WHEN :costs AND (s.costed_minor, s.cost_minor) <> (0, 0) THEN s.costed_minor - s.cost_minor END::bigint AS margin_minor,
           CASE WHEN :costs THEN (s.costed_minor - s.cost_minor) / nullif(s.costed_minor, 0) END::float8 AS margin_share,
           CASE WHEN :costs THEN s.costed_minor / nullif(s.net_minor, 0) END::float8 AS cost_known_share
    FROM sold s JOIN channels c ON c.id = s.channel_id LEFT JOIN shipped p USING (channel_id)
)
SELECT * FROM told
WHERE (:keys::text[] IS NULL OR channel = ANY(:keys))
  AND (:after_value::bigint IS NULL OR net_minor < :after_value OR (net_minor = :after_value AND channel > :after_key::text))
ORDER BY net_minor DESC, channel LIMIT :rows_max
