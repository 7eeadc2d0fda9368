-- Past orders number past.first to past.last of past.count, evenly over two years until now, as they would stand today:
-- the last past.open of them are open, of the others 95 in 100 are delivered. Lines, decisions, parcels, ledger and
-- timelines agree with each other, as `forebay check` sees it; the feed counts them as written off (as after a restore).
CREATE OR REPLACE FUNCTION pg_temp.id_at(at timestamptz) RETURNS uuid LANGUAGE sql AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(r, 1, 3) || '8' || substr(r, 4, 15))::uuid
    FROM md5(random()::text) AS r
$$;

CREATE TEMP TABLE past_channel AS
SELECT row_number() OVER (ORDER BY code) - 1 AS n, id FROM channels WHERE code LIKE 'past-%';
CREATE TEMP TABLE past_warehouse AS
SELECT row_number() OVER (ORDER BY code) - 1 AS n, id, code, latitude, longitude, shipment_minor FROM warehouses WHERE code LIKE 'past-w%';
CREATE TEMP TABLE past_variant AS
SELECT substr(sku, 6)::int AS n, id, sku, name, weight_g, 500 + substr(sku, 6)::int * 37 % 9500 AS price
FROM variants WHERE sku LIKE 'PAST-%';
ANALYZE past_channel; ANALYZE past_warehouse; ANALYZE past_variant;

CREATE TEMP TABLE past AS
SELECT pg_temp.id_at(at) AS id, pg_temp.id_at(at) AS decision_id, pg_temp.id_at(at) AS fulfilment_id, drawn.n, at, c.id AS channel_id,
       w.id AS warehouse_id, w.code AS warehouse, w.shipment_minor AS cost, lat, lon, customer, variant, line_count,
       CASE WHEN drawn.n >= current_setting('past.count')::int - current_setting('past.open')::int THEN
                CASE WHEN fate < 0.05 THEN 'ON_HOLD' WHEN fate < 0.15 THEN 'BACKORDERED' WHEN fate < 0.55 THEN 'OPEN'
                     WHEN fate < 0.70 THEN 'PICKING' WHEN fate < 0.80 THEN 'PACKED' ELSE 'SHIPPED' END
            WHEN fate < 0.95 THEN 'DELIVERED' WHEN fate < 0.99 THEN 'CANCELLED' ELSE 'SHIPPED' END AS fate
FROM (
    SELECT n, now() - interval '730 days' * (1 - (n + random()) / current_setting('past.count')::int) AS at,
           floor(8 * random() ^ 2)::int AS channel, floor(8 * random() ^ 1.5)::int AS warehouse,
           47 + 8 * random() AS lat, 6 + 9 * random() AS lon, floor(200000 * random() ^ 2)::int AS customer,
           floor(5000 * random() ^ 3)::int AS variant,
           CASE WHEN random() < 0.55 THEN 1 WHEN random() < 0.55 THEN 2 WHEN random() < 0.6 THEN 3 ELSE 4 END AS line_count,
           random() AS fate
    FROM generate_series(current_setting('past.first')::int, current_setting('past.last')::int) AS n
    OFFSET 0
) AS drawn
JOIN past_channel c ON c.n = channel
JOIN past_warehouse w ON w.n = warehouse
ORDER BY at;

CREATE TEMP TABLE past_line AS
SELECT pg_temp.id_at(p.at) AS id, p.id AS order_id, p.fulfilment_id, p.warehouse_id, p.at, p.fate, j + 1 AS position, v.id AS variant_id,
       v.sku, v.name, v.price, v.weight_g, units, CASE WHEN p.n % 4 = 0 THEN v.price / 10 * units ELSE 0 END AS discount,
       v.price * units * 19 / 119 AS tax
FROM past p
CROSS JOIN LATERAL (SELECT j, CASE WHEN random() < 0.86 THEN 1 ELSE 2 END AS units FROM generate_series(0, p.line_count - 1) AS j) AS lines
JOIN past_variant v ON v.n = (p.variant + j * (1 + p.n % 97)) % 5000;
CREATE INDEX ON past_line (order_id);
ANALYZE past; ANALYZE past_line;

CREATE TEMP TABLE past_event AS
SELECT p.id AS order_id, least(p.at + happened.after, now()) AS at, happened.version, happened.kind, p.warehouse, p.fulfilment_id
FROM past p CROSS JOIN LATERAL (VALUES
    (1, 'ORDER_PLACED', interval '0', true),
    (2, 'ORDER_HELD', interval '1 minute', p.fate = 'ON_HOLD'),
    (2, 'ORDER_CANCELLED', interval '1 hour', p.fate = 'CANCELLED'),
    (2, 'ORDER_BACKORDERED', interval '1 minute', p.fate = 'BACKORDERED'),
    (2, 'ORDER_SOURCED', interval '1 minute', p.fate IN ('OPEN', 'PICKING', 'PACKED', 'SHIPPED', 'DELIVERED')),
    (3, 'FULFILMENT_PICKING', interval '2 minutes', p.fate IN ('PICKING', 'PACKED')),
    (4, 'FULFILMENT_PACKED', interval '3 minutes', p.fate = 'PACKED'),
    (3, 'FULFILMENT_SHIPPED', interval '20 hours', p.fate IN ('SHIPPED', 'DELIVERED')),
    (4, 'FULFILMENT_DELIVERED', interval '60 hours', p.fate = 'DELIVERED'),
    (5, 'ORDER_COMPLETED', interval '60 hours', p.fate = 'DELIVERED')
) AS happened (version, kind, after, does)
WHERE happened.does;
ANALYZE past_event;

INSERT INTO orders (id, channel_id, external_reference, content_hash, customer_reference, ship_to, latitude, longitude, currency,
    subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor, tax_minor, priority, stock_policy,
    split_policy, max_shipments, placed_at, promised_by, taken_in_at, updated_at, state, sourcing, units, units_cancelled,
    units_allocated, units_shipped, units_delivered, version, tags)
SELECT p.id, p.channel_id, 'R' || lpad(p.n::text, 8, '0') || '-' || current_setting('past.count'), sha256(p.id::text::bytea), 'C-' || lpad(p.customer::text, 6, '0'),
       jsonb_build_object('country_code', 'DE', 'name', 'Customer ' || p.customer, 'line1', 'Street ' || p.n % 200, 'line2', '',
                          'city', 'City ' || p.customer % 400, 'region', '', 'postcode', lpad((p.customer % 100000)::text, 5, '0'),
                          'phone', '', 'latitude', p.lat, 'longitude', p.lon),
       p.lat, p.lon, 'EUR', l.subtotal, 0, l.discount, 490, l.tax, CASE WHEN p.n % 50 = 0 THEN 2 WHEN p.n % 10 = 0 THEN 1 ELSE 0 END,
       'BACKORDER', CASE WHEN p.fate = 'BACKORDERED' THEN 'SHIP_COMPLETE' ELSE 'PARTIAL_ALLOWED' END, 3, p.at, p.at + interval '4 days',
       p.at, p.at + interval '1 hour',
       CASE p.fate WHEN 'DELIVERED' THEN 'COMPLETED' WHEN 'CANCELLED' THEN 'CANCELLED' ELSE 'OPEN' END,
       CASE WHEN p.fate IN ('ON_HOLD', 'BACKORDERED') THEN p.fate WHEN p.fate = 'CANCELLED' THEN 'NONE' ELSE 'SOURCED' END,
       l.units, CASE WHEN p.fate = 'CANCELLED' THEN l.units ELSE 0 END,
       CASE WHEN p.fate IN ('OPEN', 'PICKING', 'PACKED') THEN l.units ELSE 0 END,
       CASE WHEN p.fate IN ('SHIPPED', 'DELIVERED') THEN l.units ELSE 0 END, CASE WHEN p.fate = 'DELIVERED' THEN l.units ELSE 0 END,
       e.version, CASE WHEN p.n % 20 = 0 THEN '{gift}'::text[] ELSE '{}' END
FROM past p
JOIN (SELECT order_id, sum(units) AS units, sum(price * units) AS subtotal, sum(discount) AS discount, sum(tax) AS tax
      FROM past_line GROUP BY order_id) l ON l.order_id = p.id
JOIN (SELECT order_id, max(version) AS version FROM past_event GROUP BY order_id) e ON e.order_id = p.id
ORDER BY p.at;

INSERT INTO order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_price_minor, merchant_discount_minor,
    tax_minor, unit_cost_minor, cancelled, allocated, shipped, delivered)
SELECT id, order_id, position, variant_id, sku, name, units, price, discount, tax, price * 3 / 5, CASE WHEN fate = 'CANCELLED' THEN units ELSE 0 END,
       CASE WHEN fate IN ('OPEN', 'PICKING', 'PACKED') THEN units ELSE 0 END,
       CASE WHEN fate IN ('SHIPPED', 'DELIVERED') THEN units ELSE 0 END, CASE WHEN fate = 'DELIVERED' THEN units ELSE 0 END
FROM past_line ORDER BY at;

INSERT INTO order_holds (id, order_id, reason, placed_at, placed_by)
SELECT pg_temp.id_at(at), id, (ARRAY['FRAUD', 'PAYMENT', 'ADDRESS'])[1 + n % 3], at + interval '1 minute', 'past' FROM past WHERE fate = 'ON_HOLD';

INSERT INTO sourcing_decisions (id, order_id, at, policy, outcome, currency, cost_minor, shipments, explanation, detail, input_hash)
SELECT p.decision_id, p.id, p.at + interval '1 minute', 'past', CASE p.fate WHEN 'BACKORDERED' THEN 'BACKORDERED' ELSE 'SOURCED' END, 'EUR',
       CASE p.fate WHEN 'BACKORDERED' THEN 0 ELSE p.cost END, (p.fate <> 'BACKORDERED')::int, 'From ' || p.warehouse || '.',
       '{"shipments": [], "unfilled": [], "candidates": [], "proven": true}', 'past'
FROM past p WHERE p.fate NOT IN ('ON_HOLD', 'CANCELLED')
ORDER BY p.at;

INSERT INTO fulfilment_orders (id, order_id, warehouse_id, decision_id, state, currency, cost_minor, distance_km, weight_g, carrier,
    tracking_number, created_at, updated_at, shipped_at, delivered_at, planned_ship_on, arrives_on, late)
SELECT p.fulfilment_id, p.id, p.warehouse_id, p.decision_id, p.fate, 'EUR', p.cost, 111 * sqrt((p.lat - w.latitude) ^ 2 + (p.lon - w.longitude) ^ 2),
       l.weight_g, CASE WHEN p.fate IN ('SHIPPED', 'DELIVERED') THEN 'DHL' END,
       CASE WHEN p.fate IN ('SHIPPED', 'DELIVERED') THEN '00340' || p.n END, p.at + interval '1 minute', p.at + interval '1 hour',
       CASE WHEN p.fate IN ('SHIPPED', 'DELIVERED') THEN least(p.at + interval '20 hours', now()) END,
       CASE WHEN p.fate = 'DELIVERED' THEN least(p.at + interval '60 hours', now()) END, (p.at AT TIME ZONE 'Europe/Berlin')::date + 1,
       (p.at AT TIME ZONE 'Europe/Berlin')::date + 3, p.n % 50 = 7
FROM past p
JOIN past_warehouse w ON w.id = p.warehouse_id
JOIN (SELECT order_id, sum(units * weight_g) AS weight_g FROM past_line GROUP BY order_id) l ON l.order_id = p.id
WHERE p.fate NOT IN ('ON_HOLD', 'CANCELLED', 'BACKORDERED')
ORDER BY p.at;

INSERT INTO fulfilment_order_lines (fulfilment_order_id, order_line_id, variant_id, quantity)
SELECT fulfilment_id, id, variant_id, units FROM past_line WHERE fate NOT IN ('ON_HOLD', 'CANCELLED', 'BACKORDERED') ORDER BY at;

CREATE TEMP TABLE past_movement AS
SELECT variant_id, warehouse_id, min(at) - interval '1 hour' AS at, sum(units) AS on_hand, 0 AS allocated, 'RECEIVED' AS reason,
       'MANUAL' AS document_kind, NULL::uuid AS document_id
FROM past_line WHERE fate NOT IN ('ON_HOLD', 'CANCELLED', 'BACKORDERED') GROUP BY variant_id, warehouse_id
UNION ALL
SELECT variant_id, warehouse_id, at + interval '1 minute', 0, units, 'ALLOCATED', 'FULFILMENT_ORDER', fulfilment_id
FROM past_line WHERE fate NOT IN ('ON_HOLD', 'CANCELLED', 'BACKORDERED')
UNION ALL
SELECT variant_id, warehouse_id, least(at + interval '20 hours', now()), -units, -units, 'SHIPPED', 'FULFILMENT_ORDER', fulfilment_id
FROM past_line WHERE fate IN ('SHIPPED', 'DELIVERED');

INSERT INTO stock_entries (variant_id, warehouse_id, version, on_hand, allocated, reason, document_kind, document_id, actor, at)
SELECT m.variant_id, m.warehouse_id,
       l.version + row_number() OVER (PARTITION BY m.variant_id, m.warehouse_id ORDER BY m.at, m.reason), m.on_hand, m.allocated,
       m.reason, m.document_kind, m.document_id, 'past', m.at
FROM past_movement m JOIN stock_levels l USING (variant_id, warehouse_id);

UPDATE stock_levels l SET on_hand = l.on_hand + d.on_hand, allocated = l.allocated + d.allocated, version = l.version + d.entries
FROM (SELECT variant_id, warehouse_id, sum(on_hand) AS on_hand, sum(allocated) AS allocated, count(*) AS entries
      FROM past_movement GROUP BY variant_id, warehouse_id) d
WHERE (l.variant_id, l.warehouse_id) = (d.variant_id, d.warehouse_id);

INSERT INTO events (subject_id, version, kind, payload, actor, at)
SELECT order_id, version, kind,
       CASE WHEN kind LIKE 'FULFILMENT%' THEN jsonb_build_object('fulfilmentOrderId', fulfilment_id, 'warehouse', warehouse) ELSE '{}' END, 'past', at
FROM past_event ORDER BY at, version;

UPDATE feed_state SET events_above = (SELECT max(id) FROM events), entries_above = (SELECT max(id) FROM stock_entries);

-- all but what the check compares with the feed, in which none of this is
INSERT INTO board_minutes AS m (channel_id, minute, placed, sourced, shipped, delivered, cancelled)
SELECT p.channel_id, date_bin('1 minute', e.at, 'epoch') AS minute, count(*) FILTER (WHERE e.kind = 'ORDER_PLACED'),
       count(*) FILTER (WHERE e.kind = 'ORDER_SOURCED'), count(*) FILTER (WHERE e.kind = 'FULFILMENT_SHIPPED'),
       count(*) FILTER (WHERE e.kind = 'FULFILMENT_DELIVERED'), count(*) FILTER (WHERE e.kind = 'ORDER_CANCELLED')
FROM past_event e JOIN past p ON p.id = e.order_id
WHERE e.at BETWEEN now() - interval '50 hours' AND now() - interval '2 hours'
GROUP BY p.channel_id, minute
ON CONFLICT (minute, channel_id) DO UPDATE
SET placed = m.placed + excluded.placed, sourced = m.sourced + excluded.sourced, shipped = m.shipped + excluded.shipped,
    delivered = m.delivered + excluded.delivered, cancelled = m.cancelled + excluded.cancelled;

DROP TABLE past, past_line, past_event, past_movement, past_channel, past_warehouse, past_variant;
