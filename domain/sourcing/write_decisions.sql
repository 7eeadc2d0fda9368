-- Store decisions, their fulfilment orders with lines, and where the orders stand now.
WITH decision AS (
    INSERT INTO sourcing_decisions (id, order_id, at, policy, outcome, currency, cost_minor, shipments, explanation,
                                    detail, input_hash)
    SELECT id, order_id, $1, $2, outcome, $3, cost_minor, shipments, explanation, detail, input_hash
    FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::smallint[], $9::text[], $10::jsonb[], $11::text[])
         AS t (id, order_id, outcome, cost_minor, shipments, explanation, detail, input_hash)
), fulfilment AS (
    INSERT INTO fulfilment_orders (id, order_id, warehouse_id, decision_id, state, currency, cost_minor, distance_km,
                                   weight_g, created_at, updated_at)
    SELECT id, order_id, warehouse_id, decision_id, 'OPEN', $3, cost_minor, distance_km, weight_g, $1, $1
    FROM unnest($12::uuid[], $13::uuid[], $14::uuid[], $15::uuid[], $16::bigint[], $17::float8[], $18::bigint[])
         AS t (id, order_id, warehouse_id, decision_id, cost_minor, distance_km, weight_g)
)
INSERT INTO fulfilment_order_lines (fulfilment_order_id, order_line_id, variant_id, quantity)
SELECT * FROM unnest($19::uuid[], $20::uuid[], $21::uuid[], $22::int[])
