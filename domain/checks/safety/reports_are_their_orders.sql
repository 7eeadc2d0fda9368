-- Reports count of an order what its lines say, once its last event was followed: of the latest orders, and of a sample that moves on every minute.
-- If broken: Run `forebay reports rebuild`, and report it: figures of reports were wrong.
WITH sample AS (
    (SELECT id FROM orders ORDER BY placed_at DESC, id DESC LIMIT 1000)
    UNION
    (SELECT id FROM orders WHERE number >= (
        SELECT min(number) + (extract(epoch FROM $1::timestamptz)::bigint / 60 * 7919) % (max(number) - min(number) + 1) FROM orders)
     ORDER BY number LIMIT 1000)
), followed AS (
    SELECT s.id FROM sample s CROSS JOIN feed_state b JOIN feed_consumers c ON c.name = 'reports'
    WHERE c.position >= b.expired_below AND to_regclass('reports_next.building') IS NULL AND NOT EXISTS (
        SELECT FROM events e LEFT JOIN feed f ON f.source = 1 AND f.row_id = e.id
        WHERE e.subject_id = s.id AND (f.position > c.position OR (f.position IS NULL AND e.xid >= b.fed_below)))
), lines AS (
    SELECT l.order_id, sum(quantity) AS units, sum(unit_price_minor * quantity) AS gross_minor,
           sum(platform_discount_minor) AS platform_minor, sum(merchant_discount_minor) AS merchant_minor,
           sum(cancelled) AS cancelled_units
    FROM followed f JOIN order_lines l ON l.order_id = f.id GROUP BY l.order_id
)
SELECT format('order %s: its lines say (units, gross, discounts, cancelled) %s, reports %s', l.order_id,
              (l.units, l.gross_minor, l.platform_minor, l.merchant_minor, l.cancelled_units),
              (r.units, r.gross_minor, r.platform_minor, r.merchant_minor, r.cancelled_units)) AS violation
FROM lines l LEFT JOIN reports.orders r USING (order_id)
WHERE (r.units, r.gross_minor, r.platform_minor, r.merchant_minor, r.cancelled_units) IS DISTINCT FROM
      (l.units, l.gross_minor, l.platform_minor, l.merchant_minor, l.cancelled_units)
