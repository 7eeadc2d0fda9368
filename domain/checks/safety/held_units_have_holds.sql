-- Held units are those of active holds.
-- If broken: Look at the SKU's ledger for HELD entries without a hold, and report it; correct with `adjustStock` only
-- what was counted.
WITH active AS (
    SELECT variant_id, warehouse_id, sum(quantity) AS units
    FROM holds WHERE state = 'ACTIVE' GROUP BY variant_id, warehouse_id
)
SELECT format('level of %s in %s: %s held, %s in active holds', variant_id, warehouse_id, l.held,
              coalesce(a.units, 0)) AS violation
FROM stock_levels l FULL JOIN active a USING (variant_id, warehouse_id)
WHERE l.held IS DISTINCT FROM coalesce(a.units, 0)
