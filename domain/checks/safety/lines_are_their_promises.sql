-- An order line is allocated what reservations and live fulfilment orders promise it, and nothing
-- has left or arrived that no fulfilment order took along.
-- If broken: Report it with the order's timeline, and ship nothing of the order until it is settled.
WITH moved AS (
    SELECT l.order_line_id, f.state, l.quantity
    FROM fulfilment_orders f JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
    WHERE f.state NOT IN ('REJECTED', 'CANCELLED')
    UNION ALL
    SELECT order_line_id, 'RESERVED', quantity FROM reservations
), summed AS (
    SELECT order_line_id,
           coalesce(sum(quantity) FILTER (WHERE state NOT IN ('SHIPPED', 'DELIVERED')), 0) AS allocated,
           coalesce(sum(quantity) FILTER (WHERE state IN ('SHIPPED', 'DELIVERED')), 0) AS shipped,
           coalesce(sum(quantity) FILTER (WHERE state = 'DELIVERED'), 0) AS delivered
    FROM moved GROUP BY order_line_id
)
SELECT format('line %s of order %s: says (allocated, shipped, delivered) %s, its promises %s', ol.position,
              (SELECT number FROM orders o WHERE o.id = ol.order_id), (ol.allocated, ol.shipped, ol.delivered),
              (s.allocated, s.shipped, s.delivered)) AS violation
FROM order_lines ol LEFT JOIN summed s ON s.order_line_id = ol.id
WHERE (ol.allocated, ol.shipped, ol.delivered) <>
      (coalesce(s.allocated, 0), coalesce(s.shipped, 0), coalesce(s.delivered, 0))
