-- What changed free units from $1 until $2, besides the sourcing of the orders that are replayed: those
-- taken in from $3 on and decided before $4. Shipping and short picks make nothing free, nor do they take.
SELECT e.at, e.variant_id, e.warehouse_id, sum(e.on_hand - e.allocated - e.held - e.unsellable)::bigint AS units
FROM stock_entries e
LEFT JOIN fulfilment_orders f ON e.document_kind = 'FULFILMENT_ORDER' AND f.id = e.document_id
LEFT JOIN orders o ON o.id = CASE e.document_kind WHEN 'ORDER' THEN e.document_id ELSE f.order_id END
WHERE e.at >= $1 AND e.at < $2 AND e.on_hand - e.allocated - e.held - e.unsellable <> 0
  AND (o.id IS NULL OR o.taken_in_at < $3
       OR NOT EXISTS (SELECT FROM sourcing_decisions d WHERE d.order_id = o.id AND d.at < $4))
GROUP BY e.at, e.variant_id, e.warehouse_id
HAVING sum(e.on_hand - e.allocated - e.held - e.unsellable) <> 0
