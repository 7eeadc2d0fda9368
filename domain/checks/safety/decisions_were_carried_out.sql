-- A decision became the fulfilment orders that it says, at the cost that it says.
-- If broken: Report it with the order's timeline: a decision and its parcels were not written together.
WITH made AS (
    SELECT decision_id, count(*) AS shipments, sum(cost_minor) AS cost FROM fulfilment_orders GROUP BY decision_id
)
SELECT format('decision %s: %s with %s shipments for %s, became %s for %s', d.id, d.outcome, d.shipments, d.cost_minor,
              coalesce(m.shipments, 0), coalesce(m.cost, 0)) AS violation
FROM sourcing_decisions d LEFT JOIN made m ON m.decision_id = d.id
WHERE (d.shipments, d.cost_minor) <> (coalesce(m.shipments, 0), coalesce(m.cost, 0))
   OR (d.outcome = 'BACKORDERED') <> (d.shipments = 0)
