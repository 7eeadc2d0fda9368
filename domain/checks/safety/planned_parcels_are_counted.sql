-- A day is filled with what leaves on it: its planned parcels are the fulfilment orders that are to leave then.
-- If broken: Report it: days with a capacity may be over- or underbooked until the count is set right.
WITH found AS (
    SELECT warehouse_id, planned_ship_on AS day, count(*) AS parcels FROM fulfilment_orders
    WHERE planned_ship_on IS NOT NULL AND state NOT IN ('REJECTED', 'CANCELLED')
    GROUP BY warehouse_id, planned_ship_on
)
SELECT format('warehouse %s counts %s parcels for %s, but %s are planned', warehouse_id, coalesce(d.planned, 0), day,
              coalesce(f.parcels, 0)) AS violation
FROM found f FULL JOIN dispatch_days d USING (warehouse_id, day)
WHERE coalesce(f.parcels, 0) <> coalesce(d.planned, 0)
