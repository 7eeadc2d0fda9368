-- Parcels ($1) of which units were taken: each costs what was decided, less the weight's share of what is not in it any
-- more. The fee and the way stay, since it still leaves.
WITH decided AS (
    SELECT f.id, f.weight_g, (s->>'weightG')::numeric AS decided_g, (s->'cost'->>'weight')::numeric AS weight_minor,
           (s->'cost'->>'total')::numeric AS total_minor
    FROM fulfilment_orders f
    JOIN warehouses w ON w.id = f.warehouse_id
    JOIN sourcing_decisions d ON d.id = f.decision_id
    JOIN LATERAL jsonb_array_elements(d.detail->'shipments') s ON s->>'warehouse' = w.code
    WHERE f.id = ANY ($1::uuid[])
)
UPDATE fulfilment_orders f
SET cost_minor = d.total_minor - round(d.weight_minor * (1 - d.weight_g / d.decided_g))
FROM decided d WHERE f.id = d.id AND d.decided_g > 0
