-- A company with a past: 8 channels, 8 warehouses, 5,000 SKUs in 500 products, each on every shelf.
INSERT INTO channels (id, code, name, kind, currency, timezone, created_at)
SELECT gen_random_uuid(), 'past-' || n, 'Channel ' || n, (ARRAY['ONLINE_STORE', 'MARKETPLACE', 'SOCIAL', 'B2B', 'POS'])[1 + n % 5],
       'EUR', 'Europe/Berlin', now() - interval '3 years'
FROM generate_series(1, 8) AS n;

INSERT INTO warehouses (id, code, name, country_code, latitude, longitude, timezone, cutoff_minute, shipment_minor, kg_minor,
                        km_millis, created_at)
SELECT gen_random_uuid(), 'past-w' || n, 'Warehouse ' || n, 'DE', 47.5 + n * 0.9, 7 + n * 0.8, 'Europe/Berlin', 900, 390 + 20 * n,
       40, 100, now() - interval '3 years'
FROM generate_series(1, 8) AS n;

WITH product AS (
    INSERT INTO products (id, code, name, brand, category, created_at)
    SELECT gen_random_uuid(), 'PAST-P' || n, 'Product ' || n, 'Brand ' || n % 40, 'Category ' || n % 25, now() - interval '3 years'
    FROM generate_series(0, 499) AS n
    RETURNING id, substr(code, 7)::int AS n
)
INSERT INTO variants (id, product_id, sku, name, barcode, weight_g, unit_cost_minor, unit_cost_currency, created_at)
SELECT gen_random_uuid(), p.id, 'PAST-' || lpad(v::text, 5, '0'), 'Thing ' || v, '40' || lpad(v::text, 11, '0'), 100 + v * 37 % 4000,
       200 + v % 700, 'EUR', now() - interval '3 years'
FROM generate_series(0, 4999) AS v JOIN product p ON p.n = v / 10;

WITH level AS (
    INSERT INTO stock_levels (variant_id, warehouse_id, on_hand, version)
    SELECT v.id, w.id, 5 + abs(hashtext(v.sku || w.code)) % 200, 1
    FROM variants v CROSS JOIN warehouses w
    WHERE v.sku LIKE 'PAST-%' AND w.code LIKE 'past-w%'
    ORDER BY v.id, w.id
    RETURNING variant_id, warehouse_id, on_hand
)
INSERT INTO stock_entries (variant_id, warehouse_id, version, on_hand, reason, document_kind, actor, at)
SELECT variant_id, warehouse_id, 1, on_hand, 'RECEIVED', 'MANUAL', 'past', now() - interval '2 years' FROM level;
