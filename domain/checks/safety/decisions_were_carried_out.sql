-- A decision became the fulfilment orders that it says, at the cost that it says, less the weight's share of units that were
-- taken out of them since.
-- If broken: Report it with the order's timeline: a decision and its parcels were not written together.
WITH made AS (
    SELECT decision_id, count(*) AS shipments, sum(cost_minor) AS cost FROM fulfilment_orders GROUP BY decision_id
)
SELECT format('decision %s: %s with %s shipments for %s, became %s for %s', d.id, d.outcome, d.shipments, d.cost_minor,
              coalesce(m.shipments, 0), coalesce(m.cost, 0)) AS violation
FROM sourcing_decisions d LEFT JOIN made m ON m.decision_id = d.id
WHERE d.shipments <> coalesce(m.shipments, 0) OR (d.outcome = 'BACKORDERED') <> (d.shipments = 0)
   OR (d.cost_minor <> coalesce(m.cost, 0) AND d.cost_minor - m.cost IS DISTINCT FROM (
        SELECT sum(round((s->'cost'->>'weight')::numeric * (1 - f.weight_g / nullif((s->>'weightG')::numeric, 0))))
        FROM fulfilment_orders f JOIN warehouses w ON w.id = f.warehouse_id
        JOIN LATERAL jsonb_array_elements(d.detail->'shipments') s ON s->>'warehouse' = w.code
        WHERE f.decision_id = d.id))
