-- Count the parcels of orders ($1) that have left and are not counted yet: an order's shipments are counted in the order
-- of its timeline, so that their number says which. $2 are the lengths of blocks in minutes.
WITH told AS (
    SELECT subject_id AS order_id, (payload->>'fulfilmentOrderId')::uuid AS parcel_id,
           row_number() OVER (PARTITION BY subject_id ORDER BY version) AS turn
    FROM events WHERE subject_id = ANY($1::uuid[]) AND kind = 'FULFILMENT_SHIPPED'
), fresh AS (
    SELECT t.order_id, t.parcel_id, t.turn FROM told t JOIN reports.orders r USING (order_id) WHERE t.turn > r.shipments
), counted AS (
    UPDATE reports.orders r SET shipments = f.turn
    FROM (SELECT order_id, max(turn) AS turn FROM fresh GROUP BY order_id) f WHERE r.order_id = f.order_id
), parcel AS (
    SELECT date_bin('15 minutes', f.shipped_at, '1970-01-01Z') AS quarter, f.warehouse_id, o.channel_id, f.currency,
           t.turn, (SELECT sum(quantity) FROM fulfilment_order_lines l WHERE l.fulfilment_order_id = f.id) AS units,
           f.cost_minor, f.weight_g, round(1000 * f.distance_km)::bigint AS distance_m, f.planned_ship_on,
           (f.shipped_at AT TIME ZONE w.timezone)::date AS left_on,
           -- at least a minute: what is shipped at once has bucket 0
           ceil(ln(greatest(1, extract(epoch FROM f.shipped_at - o.taken_in_at) / 60)) / ln(1.05))::smallint AS bucket
    FROM fresh t
    JOIN fulfilment_orders f ON f.id = t.parcel_id
    JOIN orders o ON o.id = f.order_id
    JOIN warehouses w ON w.id = f.warehouse_id
), timed AS (
    INSERT INTO reports.lead_times AS r
    SELECT minutes, date_bin(make_interval(mins => minutes), quarter, '1970-01-01Z'), w.id, c.id, bucket, count(*)
    FROM parcel
    CROSS JOIN unnest($2::int[]) AS minutes
    CROSS JOIN LATERAL (VALUES (warehouse_id), ('00000000-0000-0000-0000-000000000000')) AS w (id)
    CROSS JOIN LATERAL (VALUES (channel_id), ('00000000-0000-0000-0000-000000000000')) AS c (id)
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (minutes, starts_at, warehouse_id, channel_id, bucket) DO UPDATE SET parcels = r.parcels + excluded.parcels
)
INSERT INTO reports.shipments AS r
SELECT minutes, date_bin(make_interval(mins => minutes), quarter, '1970-01-01Z'), warehouse_id, channel_id, currency, count(*),
       count(*) FILTER (WHERE turn = 1), count(*) FILTER (WHERE turn = 2), sum(units), sum(cost_minor), sum(weight_g),
       coalesce(sum(distance_m), 0), count(distance_m), count(planned_ship_on),
       count(*) FILTER (WHERE left_on > planned_ship_on)
FROM parcel, unnest($2::int[]) AS minutes GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (minutes, starts_at, warehouse_id, channel_id, currency) DO UPDATE SET
    parcels = r.parcels + excluded.parcels, orders = r.orders + excluded.orders,
    split_orders = r.split_orders + excluded.split_orders, units = r.units + excluded.units,
    cost_minor = r.cost_minor + excluded.cost_minor, weight_g = r.weight_g + excluded.weight_g,
    distance_m = r.distance_m + excluded.distance_m, measured = r.measured + excluded.measured,
    planned = r.planned + excluded.planned, late = r.late + excluded.late
