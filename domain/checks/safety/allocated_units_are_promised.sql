-- Allocated units are promised: to reservations, or to fulfilment orders that have not left yet.
-- If broken: Do not adjust by hand: units would be free that are promised. Report it with the ledger of the SKU in
-- that warehouse.
WITH promised AS (
    SELECT variant_id, warehouse_id, sum(quantity) AS units
    FROM (
        SELECT variant_id, warehouse_id, quantity FROM reservations
        UNION ALL
        SELECT l.variant_id, f.warehouse_id, l.quantity
        FROM fulfilment_orders f JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
        WHERE f.state IN ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED')
    ) AS promise
    GROUP BY variant_id, warehouse_id
)
SELECT format('level of %s in %s: %s allocated, %s promised', variant_id, warehouse_id, l.allocated,
              coalesce(p.units, 0)) AS violation
FROM stock_levels l FULL JOIN promised p USING (variant_id, warehouse_id)
WHERE l.allocated IS DISTINCT FROM coalesce(p.units, 0)
