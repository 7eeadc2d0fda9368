-- A day's sales are the same by channel, by quarters of an hour, by region, by SKU, by category and by orders: of the last two days, and of one of the year before that changes every hour.
-- If broken: Run `forebay reports rebuild`, and report it: figures of reports were wrong.
WITH day AS (
    SELECT date_bin('1 day', $1::timestamptz, '1970-01-01Z') - ago * interval '1 day' AS day
    FROM (VALUES (0), (1), (2 + (extract(epoch FROM $1::timestamptz)::bigint / 3600 * 101 % 364)::int)) AS a (ago)
), said AS (
    SELECT 'sales' AS by, day, channel_id, currency, sum(units) AS units, sum(gross_minor) AS gross_minor, sum(cancelled_minor) AS cancelled_minor
    FROM day JOIN reports.sales ON minutes = 1440 AND starts_at = day GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'quarters', day, channel_id, currency, sum(units), sum(gross_minor), sum(cancelled_minor)
    FROM day JOIN reports.sales ON minutes = 15 AND starts_at >= day AND starts_at < day + interval '1 day' GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'regions', day, channel_id, currency, sum(units), sum(gross_minor), sum(cancelled_minor)
    FROM day JOIN reports.regional_sales ON minutes = 1440 AND starts_at = day
    WHERE channel_id <> '00000000-0000-0000-0000-000000000000' GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'SKUs', day, channel_id, currency, sum(units), sum(gross_minor), sum(cancelled_minor)
    FROM day JOIN reports.variant_sales ON minutes = 1440 AND starts_at = day
    WHERE channel_id <> '00000000-0000-0000-0000-000000000000' GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'categories', day, channel_id, currency, sum(units), sum(gross_minor), sum(cancelled_minor)
    FROM day JOIN reports.category_sales ON minutes = 1440 AND starts_at = day GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'orders', day, channel_id, currency, sum(units), sum(gross_minor), sum(cancelled_minor)
    FROM day JOIN reports.orders ON quarter >= day AND quarter < day + interval '1 day' GROUP BY 2, 3, 4
)
SELECT format('%s of channel %s in %s: %s', day::date, channel_id, currency,
              string_agg(format('%s say %s', by, (units, gross_minor, cancelled_minor)), ', ' ORDER BY by)) AS violation
FROM said WHERE units <> 0
GROUP BY day, channel_id, currency
HAVING count(*) <> 6 OR count(DISTINCT (units, gross_minor, cancelled_minor)) > 1
