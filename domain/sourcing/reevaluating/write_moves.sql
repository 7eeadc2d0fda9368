-- Carry out moves: decisions, the parcels they call off, the new ones and what is in them. $1 time, $2 policy,
-- $3 currency, $4 rule set, $5 re-evaluation; $6..$14 decisions; $15, $16 parcels that are called off, and by
-- which decision; $17..$27 parcels; $28..$31 their lines.
WITH decision AS (
    INSERT INTO sourcing_decisions (id, order_id, at, policy, outcome, currency, cost_minor, shipments, explanation,
                                    detail, input_hash, rule_set_id, reevaluation_id, saved_minor)
    SELECT id, order_id, $1, $2, outcome, $3, cost_minor, shipments, explanation, detail, input_hash, $4, $5, saved_minor
    FROM unnest($6::uuid[], $7::uuid[], $8::text[], $9::bigint[], $10::smallint[], $11::text[], $12::jsonb[],
                $13::text[], $14::bigint[])
         AS t (id, order_id, outcome, cost_minor, shipments, explanation, detail, input_hash, saved_minor)
), called_off AS (
    UPDATE fulfilment_orders f SET state = 'CANCELLED', moved_by = t.decision_id, updated_at = $1
    FROM unnest($15::uuid[], $16::uuid[]) AS t (id, decision_id) WHERE f.id = t.id
), fulfilment AS (
    INSERT INTO fulfilment_orders (id, order_id, warehouse_id, decision_id, state, currency, cost_minor, distance_km,
                                   weight_g, planned_ship_on, arrives_on, late, releasable_at, created_at, updated_at)
    SELECT id, order_id, warehouse_id, decision_id, 'OPEN', $3, cost_minor, distance_km, weight_g, ship_on, arrives_on,
           late, releasable_at, $1, $1
    FROM unnest($17::uuid[], $18::uuid[], $19::uuid[], $20::uuid[], $21::bigint[], $22::float8[], $23::bigint[],
                $24::date[], $25::date[], $26::boolean[], $27::timestamptz[])
         AS t (id, order_id, warehouse_id, decision_id, cost_minor, distance_km, weight_g, ship_on, arrives_on, late,
               releasable_at)
)
INSERT INTO fulfilment_order_lines (fulfilment_order_id, order_line_id, variant_id, quantity)
SELECT * FROM unnest($28::uuid[], $29::uuid[], $30::uuid[], $31::int[])
