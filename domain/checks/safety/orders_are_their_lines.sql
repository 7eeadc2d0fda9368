-- An order counts what its lines count.
-- If broken: Report it with the order's timeline, and ship nothing of the order until it is settled.
WITH lines AS (
    SELECT order_id, sum(quantity) AS units, sum(cancelled) AS cancelled, sum(allocated) AS allocated,
           sum(shipped) AS shipped, sum(delivered) AS delivered
    FROM order_lines GROUP BY order_id
)
SELECT format('order %s: counts (units, cancelled, allocated, shipped, delivered) %s, its lines %s', o.number,
              (o.units, o.units_cancelled, o.units_allocated, o.units_shipped, o.units_delivered),
              (l.units, l.cancelled, l.allocated, l.shipped, l.delivered)) AS violation
FROM orders o LEFT JOIN lines l ON l.order_id = o.id
WHERE (o.units, o.units_cancelled, o.units_allocated, o.units_shipped, o.units_delivered) IS DISTINCT FROM
      (l.units, l.cancelled, l.allocated, l.shipped, l.delivered)
