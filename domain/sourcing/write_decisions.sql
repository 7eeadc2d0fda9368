-- Store decisions, their fulfilment orders with lines, and where the orders stand now.
WITH decision AS (
    INSERT INTO sourcing_decisions (id, order_id, at, policy, outcome, currency, cost_minor, shipments, explanation,
                                    detail, input_hash, rule_set_id)
    SELECT id, order_id, $1, $2, outcome, $3, cost_minor, shipments, explanation, detail, input_hash, $4
    FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::bigint[], $9::smallint[], $10::text[], $11::jsonb[], $12::text[])
         AS t (id, order_id, outcome, cost_minor, shipments, explanation, detail, input_hash)
), fulfilment AS (
    INSERT INTO fulfilment_orders (id, order_id, warehouse_id, decision_id, state, currency, cost_minor, distance_km,
                                   weight_g, planned_ship_on, arrives_on, late, releasable_at, created_at, updated_at)
    SELECT id, order_id, warehouse_id, decision_id, 'OPEN', $3, cost_minor, distance_km, weight_g, ship_on, arrives_on,
           late, releasable_at, $1, $1
    FROM unnest($13::uuid[], $14::uuid[], $15::uuid[], $16::uuid[], $17::bigint[], $18::float8[], $19::bigint[],
                $20::date[], $21::date[], $22::boolean[], $23::timestamptz[])
         AS t (id, order_id, warehouse_id, decision_id, cost_minor, distance_km, weight_g, ship_on, arrives_on, late,
               releasable_at)
)
INSERT INTO fulfilment_order_lines (fulfilment_order_id, order_line_id, variant_id, quantity)
SELECT * FROM unnest($24::uuid[], $25::uuid[], $26::uuid[], $27::int[])
