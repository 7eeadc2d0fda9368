-- Every decision can be explained: whatever was sourced or backordered has a decision of its own.
-- If broken: Report it: nobody can be told why this order leaves from where it does.
SELECT format('order %s is %s without a decision', o.number, o.sourcing) AS violation
FROM orders o
WHERE o.sourcing IN ('SOURCED', 'BACKORDERED')
  AND NOT EXISTS (SELECT FROM sourcing_decisions d WHERE d.order_id = o.id)
UNION ALL
SELECT format('fulfilment order %s of order %s follows from a decision about order %s', f.id, f.order_id, d.order_id)
FROM fulfilment_orders f JOIN sourcing_decisions d ON d.id = f.decision_id
WHERE d.order_id <> f.order_id
