-- Incoming units are those of transfers in transit.
-- If broken: Compare the transfers in transit with what the warehouse expects, and report it.
WITH sent AS (
    SELECT variant_id, to_warehouse_id AS warehouse_id, sum(quantity) AS units
    FROM transfers WHERE state = 'IN_TRANSIT' GROUP BY variant_id, to_warehouse_id
)
SELECT format('level of %s in %s: %s incoming, %s in transit', variant_id, warehouse_id, l.incoming,
              coalesce(s.units, 0)) AS violation
FROM stock_levels l FULL JOIN sent s USING (variant_id, warehouse_id)
WHERE l.incoming IS DISTINCT FROM coalesce(s.units, 0)
