-- Reports count lines for their products' categories of today, or know that they are to be looked at again; a day's sales by category are those of its lines.
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
), day AS (
    SELECT date_bin('1 day', $1::timestamptz, '1970-01-01Z') - ago * interval '1 day' AS day
    FROM (VALUES (0), (1), (2 + (extract(epoch FROM $1::timestamptz)::bigint / 3600 * 101 % 364)::int)) AS a (ago)
), said AS (
    SELECT 'categories' AS by, day, channel_id, currency, category, orders::numeric, units::numeric, gross_minor::numeric, cancelled_minor::numeric
    FROM day JOIN reports.category_sales ON minutes = 1440 AND starts_at = day WHERE orders <> 0
    UNION ALL
    SELECT 'lines', day, channel_id, currency, l.category, count(*), sum(l.units), sum(l.gross_minor), sum(l.cancelled_minor)
    FROM day JOIN reports.orders r ON quarter >= day AND quarter < day + interval '1 day'
    CROSS JOIN unnest(line_categories, line_units, line_gross_minor, line_cancelled_minor) AS l (category, units, gross_minor, cancelled_minor)
    GROUP BY 2, 3, 4, 5
)
SELECT format('a line of order %s was counted for the category "%s", and its product is of "%s"', r.order_id, l.category, p.category) AS violation
FROM followed f JOIN reports.orders r ON r.order_id = f.id
CROSS JOIN unnest(r.line_variant_ids, r.line_categories) AS l (variant_id, category)
JOIN variants v ON v.id = l.variant_id JOIN products p ON p.id = v.product_id
WHERE l.category <> p.category AND NOT EXISTS (
    SELECT FROM recategorised c WHERE c.consumer = 'reports' AND (c.product_id = v.product_id OR c.variant_id = v.id))
UNION ALL
SELECT format('%s of channel %s in %s, category "%s": %s', day::date, channel_id, currency, category,
              string_agg(format('%s say %s', by, (orders, units, gross_minor, cancelled_minor)), ', ' ORDER BY by))
FROM said
GROUP BY day, channel_id, currency, category
HAVING count(*) <> 2 OR count(DISTINCT (orders, units, gross_minor, cancelled_minor)) > 1
