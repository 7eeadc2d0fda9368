-- No backorder waits for units that are there: where a warehouse it may be served from could fill a
-- line, a job is on its way. (Orders that ship whole or not at all, or that are in as many parcels as
-- they may be, or that rules, regions, zones or full days may keep from it, are left to the planner.)
-- If broken: Adjust the stock of the SKU by nothing but what was counted: any arrival wakes its backorders. If it
-- comes again, the relay's net for forgotten backorders is not running.
SELECT format('order %s waits for %s of %s, of which %s has %s free', o.number, wanted.units, l.sku, w.code,
              there.units) AS violation
FROM orders o
JOIN order_lines l ON l.order_id = o.id
CROSS JOIN LATERAL (SELECT l.open_units + coalesce(sum(quantity), 0) AS units
                    FROM reservations WHERE order_line_id = l.id) wanted
JOIN stock_levels s ON s.variant_id = l.variant_id
LEFT JOIN reservations own ON own.order_line_id = l.id AND own.warehouse_id = s.warehouse_id
CROSS JOIN LATERAL (SELECT greatest(s.on_hand - s.allocated - s.held - s.unsellable - s.safety, 0)
                         + coalesce(own.quantity, 0) AS units) there
JOIN warehouses w ON w.id = s.warehouse_id AND w.active AND w.regions IS NULL AND w.daily_capacity IS NULL
WHERE wanted.units > 0 AND there.units >= wanted.units
  AND o.state = 'OPEN' AND o.sourcing = 'BACKORDERED' AND o.split_policy = 'PARTIAL_ALLOWED'
  AND o.updated_at < $1::timestamptz - interval '30 seconds'
  AND NOT EXISTS (SELECT FROM jobs WHERE kind IN ('FILL_BACKORDERS', 'ALLOCATE') AND state <> 'DEAD')
  AND NOT EXISTS (SELECT FROM sourcing_exclusions e
                  WHERE e.order_id = o.id AND e.warehouse_id = w.id
                    AND (e.until > $1::timestamptz - interval '60 seconds') IS NOT FALSE)
  AND (NOT EXISTS (SELECT FROM channel_warehouses c WHERE c.channel_id = o.channel_id)
       OR EXISTS (SELECT FROM channel_warehouses c WHERE c.channel_id = o.channel_id AND c.warehouse_id = w.id))
  AND (SELECT count(*) FROM fulfilment_orders f
       WHERE f.order_id = o.id AND f.state NOT IN ('REJECTED', 'CANCELLED')) < o.max_shipments
  AND NOT EXISTS (SELECT FROM shipping_zones HAVING max(km_max) < 'Infinity')
  AND NOT EXISTS (
    SELECT FROM rule_sets WHERE state = 'ACTIVE'
    AND (definition -> 'routings' <> '[]' OR coalesce(definition -> 'protections', '[]') <> '[]'))
