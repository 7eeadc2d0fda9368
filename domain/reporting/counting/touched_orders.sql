-- Orders of which something that is counted may have changed at feed positions in ($1, $2]: of themselves, or that
-- parcels have left.
SELECT e.subject_id AS id, bool_or(e.kind <> 'FULFILMENT_SHIPPED') AS itself, bool_or(e.kind = 'FULFILMENT_SHIPPED') AS parcels
FROM feed f JOIN events e ON e.id = f.row_id
WHERE f.source = 1 AND f.position > $1 AND f.position <= $2
  AND (e.kind IN ('ORDER_PLACED', 'ORDER_CHANGED', 'ORDER_CANCELLED', 'ORDER_UNITS_CANCELLED', 'ORDER_BACKORDERED',
                  'ORDER_COMPLETED', 'FULFILMENT_SHIPPED')
       OR e.kind IN ('ORDER_SOURCED', 'ORDER_MOVED') AND e.payload->>'unfilledLines' <> '0')
GROUP BY e.subject_id
