-- No order loses by a re-evaluation: the parcels that a move calls off have their units in those it makes, and
-- units that were not late are not late by it.
-- If broken: Stop re-evaluations (FOREBAY_REEVALUATION_INTERVAL_S=0) and report it with the decision's id.
WITH gone AS (
    SELECT f.moved_by AS decision_id, l.order_line_id, sum(l.quantity) AS units
    FROM fulfilment_orders f JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
    WHERE f.moved_by IS NOT NULL GROUP BY f.moved_by, l.order_line_id
), made AS (
    SELECT f.decision_id, l.order_line_id, sum(l.quantity) AS units
    FROM fulfilment_orders f JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
    WHERE f.decision_id IN (SELECT decision_id FROM gone) GROUP BY f.decision_id, l.order_line_id
)
SELECT format('decision %s moved %s units of line %s, and promised %s', decision_id, g.units, order_line_id,
              coalesce(m.units, 0)) AS violation
FROM gone g LEFT JOIN made m USING (decision_id, order_line_id)
WHERE coalesce(m.units, 0) < g.units
UNION ALL
SELECT format('decision %s made fulfilment order %s late, whose units were not', f.decision_id, f.id)
FROM fulfilment_orders f
WHERE f.late AND f.decision_id IN (SELECT decision_id FROM gone) AND EXISTS (
    SELECT FROM fulfilment_order_lines l
    JOIN fulfilment_order_lines was ON was.order_line_id = l.order_line_id
    JOIN fulfilment_orders o ON o.id = was.fulfilment_order_id AND o.moved_by = f.decision_id
    WHERE l.fulfilment_order_id = f.id GROUP BY l.order_line_id HAVING NOT bool_or(o.late))
