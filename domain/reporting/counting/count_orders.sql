-- Count orders ($1) as they are now. What they were counted for before is taken back, and what they are is added, in every
-- block of time that holds them; $2 are the lengths of blocks in minutes of small roll-ups, $3 of large ones, $4 of categories.
WITH line AS (
    SELECT l.order_id, l.position, l.variant_id, p.category, quantity::bigint AS units, unit_price_minor * quantity AS gross_minor,
           platform_discount_minor AS platform_minor, merchant_discount_minor AS merchant_minor,
           cancelled::bigint AS cancelled_units,
           round((unit_price_minor * quantity - platform_discount_minor - merchant_discount_minor)::numeric
                 * cancelled / quantity)::bigint AS cancelled_minor,
           l.unit_cost_minor IS NOT NULL AS costed,
           -- at most what an order may be: a cost that is far too high is wrong, but stops nobody
           CASE WHEN l.unit_cost_minor IS NOT NULL
                THEN least(l.unit_cost_minor::numeric * (quantity - cancelled), 10000000000000) END::bigint AS cost_minor
    FROM order_lines l JOIN variants v ON v.id = l.variant_id JOIN products p ON p.id = v.product_id
    WHERE l.order_id = ANY($1::uuid[])
), lines AS (
    SELECT order_id, sum(cancelled_minor)::bigint AS cancelled_minor, coalesce(sum(cost_minor), 0)::bigint AS cost_minor,
           coalesce(sum(gross_minor - platform_minor - merchant_minor - cancelled_minor) FILTER (WHERE costed), 0)::bigint AS costed_minor,
           array_agg(variant_id ORDER BY position) AS variant_ids,
           array_agg(units ORDER BY position) AS units, array_agg(gross_minor ORDER BY position) AS gross_minor,
           array_agg(platform_minor ORDER BY position) AS platform_minor,
           array_agg(merchant_minor ORDER BY position) AS merchant_minor,
           array_agg(cancelled_units ORDER BY position) AS cancelled_units,
           array_agg(cancelled_minor ORDER BY position) AS cancelled_minors, array_agg(category ORDER BY position) AS categories
    FROM line GROUP BY order_id
), is_now AS (
    SELECT o.id AS order_id, date_bin('15 minutes', o.placed_at, '1970-01-01Z') AS quarter, o.channel_id, o.currency,
           coalesce(o.ship_to->>'country_code', '') AS country_code,
           coalesce(nullif(o.ship_to->>'region', ''), left(o.ship_to->>'postcode', 2), '') AS area,
           o.units, o.subtotal_minor AS gross_minor, o.platform_discount_minor AS platform_minor,
           o.merchant_discount_minor AS merchant_minor, o.shipping_minor, o.tax_minor,
           o.units_cancelled AS cancelled_units, l.cancelled_minor,
           (o.state = 'CANCELLED')::int::smallint AS cancelled,
           EXISTS (SELECT FROM sourcing_decisions d WHERE d.order_id = o.id AND d.outcome <> 'SOURCED')::int::smallint AS backordered,
           (o.units_cancelled > 0 AND EXISTS (
               SELECT FROM events e WHERE e.subject_id = o.id AND e.kind IN ('ORDER_CANCELLED', 'ORDER_UNITS_CANCELLED')
               AND e.payload->>'reason' = 'OUT_OF_STOCK'))::int::smallint AS oversold,
           (o.promised_by IS NOT NULL)::int::smallint AS promised,
           (o.promised_by IS NOT NULL AND o.state = 'COMPLETED' AND EXISTS (
               SELECT FROM fulfilment_orders f WHERE f.order_id = o.id AND f.delivered_at > o.promised_by))::int::smallint
               AS promise_missed,
           l.variant_ids AS line_variant_ids, l.units AS line_units, l.gross_minor AS line_gross_minor,
           l.platform_minor AS line_platform_minor, l.merchant_minor AS line_merchant_minor,
           l.cancelled_units AS line_cancelled_units, l.cancelled_minors AS line_cancelled_minor,
           l.cost_minor, l.costed_minor, l.categories AS line_categories
    FROM orders o JOIN lines l ON l.order_id = o.id
    WHERE o.id = ANY($1::uuid[])
), was AS (
    SELECT * FROM reports.orders WHERE order_id = ANY($1::uuid[])
), changed AS (
    -- `besides`: not only its categories
    SELECT n.*, c.besides FROM is_now n LEFT JOIN was w USING (order_id) CROSS JOIN LATERAL (SELECT
          (w.quarter, w.country_code, w.area, w.units, w.gross_minor, w.platform_minor, w.merchant_minor, w.shipping_minor,
           w.tax_minor, w.cancelled_units, w.cancelled_minor, w.cancelled, w.backordered, w.oversold, w.promised,
           w.promise_missed, w.line_variant_ids, w.line_units, w.line_gross_minor, w.line_platform_minor,
           w.line_merchant_minor, w.line_cancelled_units, w.line_cancelled_minor, w.cost_minor, w.costed_minor)
        IS DISTINCT FROM
          (n.quarter, n.country_code, n.area, n.units, n.gross_minor, n.platform_minor, n.merchant_minor, n.shipping_minor,
           n.tax_minor, n.cancelled_units, n.cancelled_minor, n.cancelled, n.backordered, n.oversold, n.promised,
           n.promise_missed, n.line_variant_ids, n.line_units, n.line_gross_minor, n.line_platform_minor,
           n.line_merchant_minor, n.line_cancelled_units, n.line_cancelled_minor, n.cost_minor, n.costed_minor)) AS c (besides)
    WHERE c.besides OR w.line_categories <> n.line_categories
), counted AS (
    INSERT INTO reports.orders AS r (
        order_id, quarter, channel_id, currency, country_code, area, units, gross_minor, platform_minor, merchant_minor, shipping_minor,
        tax_minor, cancelled_units, cancelled_minor, cancelled, backordered, oversold, promised, promise_missed, line_variant_ids,
        line_units, line_gross_minor, line_platform_minor, line_merchant_minor, line_cancelled_units, line_cancelled_minor,
        cost_minor, costed_minor, line_categories)
    SELECT order_id, quarter, channel_id, currency, country_code, area, units, gross_minor, platform_minor, merchant_minor, shipping_minor,
        tax_minor, cancelled_units, cancelled_minor, cancelled, backordered, oversold, promised, promise_missed, line_variant_ids,
        line_units, line_gross_minor, line_platform_minor, line_merchant_minor, line_cancelled_units, line_cancelled_minor,
        cost_minor, costed_minor, line_categories
    FROM changed ORDER BY order_id
    ON CONFLICT (order_id) DO UPDATE SET
        quarter = excluded.quarter, country_code = excluded.country_code, area = excluded.area, units = excluded.units,
        gross_minor = excluded.gross_minor, platform_minor = excluded.platform_minor,
        merchant_minor = excluded.merchant_minor, shipping_minor = excluded.shipping_minor, tax_minor = excluded.tax_minor,
        cancelled_units = excluded.cancelled_units, cancelled_minor = excluded.cancelled_minor,
        cancelled = excluded.cancelled, backordered = excluded.backordered, oversold = excluded.oversold,
        promised = excluded.promised, promise_missed = excluded.promise_missed,
        line_variant_ids = excluded.line_variant_ids, line_units = excluded.line_units,
        line_gross_minor = excluded.line_gross_minor, line_platform_minor = excluded.line_platform_minor,
        line_merchant_minor = excluded.line_merchant_minor, line_cancelled_units = excluded.line_cancelled_units,
        line_cancelled_minor = excluded.line_cancelled_minor, cost_minor = excluded.cost_minor,
        costed_minor = excluded.costed_minor, line_categories = excluded.line_categories
), change AS (
    SELECT 1 AS sign, * FROM changed
    UNION ALL
    SELECT -1, w.order_id, w.quarter, w.channel_id, w.currency, w.country_code, w.area, w.units, w.gross_minor, w.platform_minor,
           w.merchant_minor, w.shipping_minor, w.tax_minor, w.cancelled_units, w.cancelled_minor, w.cancelled,
           w.backordered, w.oversold, w.promised, w.promise_missed, w.line_variant_ids, w.line_units, w.line_gross_minor,
           w.line_platform_minor, w.line_merchant_minor, w.line_cancelled_units, w.line_cancelled_minor,
           w.cost_minor, w.costed_minor, w.line_categories, c.besides
    FROM was w JOIN changed c USING (order_id)
), by_channel AS (
    INSERT INTO reports.sales AS r (
        minutes, starts_at, channel_id, currency, orders, units, gross_minor, platform_minor, merchant_minor, shipping_minor,
        tax_minor, cancelled_units, cancelled_minor, cancelled, backordered, oversold, promised, promise_missed, cost_minor,
        costed_minor)
    SELECT minutes, date_bin(make_interval(mins => minutes), quarter, '1970-01-01Z'), channel_id, currency, sum(sign),
           sum(sign * units), sum(sign * gross_minor), sum(sign * platform_minor), sum(sign * merchant_minor),
           sum(sign * shipping_minor), sum(sign * tax_minor), sum(sign * cancelled_units), sum(sign * cancelled_minor),
           sum(sign * cancelled), sum(sign * backordered), sum(sign * oversold), sum(sign * promised),
           sum(sign * promise_missed), sum(sign * cost_minor), sum(sign * costed_minor)
    FROM change, unnest($2::int[]) AS minutes WHERE besides GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (minutes, starts_at, channel_id, currency) DO UPDATE SET
        orders = r.orders + excluded.orders, units = r.units + excluded.units,
        gross_minor = r.gross_minor + excluded.gross_minor, platform_minor = r.platform_minor + excluded.platform_minor,
        merchant_minor = r.merchant_minor + excluded.merchant_minor,
        shipping_minor = r.shipping_minor + excluded.shipping_minor, tax_minor = r.tax_minor + excluded.tax_minor,
        cancelled_units = r.cancelled_units + excluded.cancelled_units,
        cancelled_minor = r.cancelled_minor + excluded.cancelled_minor, cancelled = r.cancelled + excluded.cancelled,
        backordered = r.backordered + excluded.backordered, oversold = r.oversold + excluded.oversold,
        promised = r.promised + excluded.promised, promise_missed = r.promise_missed + excluded.promise_missed,
        cost_minor = r.cost_minor + excluded.cost_minor, costed_minor = r.costed_minor + excluded.costed_minor
), by_region AS (
    INSERT INTO reports.regional_sales AS r
    SELECT minutes, date_bin(make_interval(mins => minutes), quarter, '1970-01-01Z'), c.id, currency, country_code, area,
           sum(sign), sum(sign * units), sum(sign * gross_minor), sum(sign * platform_minor), sum(sign * merchant_minor),
           sum(sign * cancelled_units), sum(sign * cancelled_minor), sum(sign * cancelled)
    FROM change
    CROSS JOIN unnest($3::int[]) AS minutes
    CROSS JOIN LATERAL (VALUES (channel_id), ('00000000-0000-0000-0000-000000000000')) AS c (id)
    WHERE besides
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (minutes, starts_at, channel_id, currency, country_code, area) DO UPDATE SET
        orders = r.orders + excluded.orders, units = r.units + excluded.units,
        gross_minor = r.gross_minor + excluded.gross_minor, platform_minor = r.platform_minor + excluded.platform_minor,
        merchant_minor = r.merchant_minor + excluded.merchant_minor,
        cancelled_units = r.cancelled_units + excluded.cancelled_units,
        cancelled_minor = r.cancelled_minor + excluded.cancelled_minor, cancelled = r.cancelled + excluded.cancelled
), by_line AS MATERIALIZED (  -- unnested before its rows are multiplied
    SELECT sign, besides, quarter, channel_id, currency, l.*
    FROM change
    CROSS JOIN unnest(line_variant_ids, line_units, line_gross_minor, line_platform_minor, line_merchant_minor,
                      line_cancelled_units, line_cancelled_minor, line_categories)
        AS l (variant_id, units, gross_minor, platform_minor, merchant_minor, cancelled_units, cancelled_minor, category)
), by_category AS (
    INSERT INTO reports.category_sales AS r
    SELECT minutes, date_bin(make_interval(mins => minutes), quarter, '1970-01-01Z'), channel_id, currency, category,
           sum(orders), sum(units), sum(gross_minor), sum(platform_minor), sum(merchant_minor), sum(cancelled_units),
           sum(cancelled_minor)
    FROM (  -- some lines of a quarter of an hour share their category: these, too, are summed before they are multiplied
        SELECT quarter, channel_id, currency, category, sum(sign) AS orders, sum(sign * units) AS units,
               sum(sign * gross_minor) AS gross_minor, sum(sign * platform_minor) AS platform_minor,
               sum(sign * merchant_minor) AS merchant_minor, sum(sign * cancelled_units) AS cancelled_units,
               sum(sign * cancelled_minor) AS cancelled_minor
        FROM by_line GROUP BY 1, 2, 3, 4
    ) AS sorted
    CROSS JOIN unnest($4::int[]) AS minutes
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (minutes, starts_at, channel_id, currency, category) DO UPDATE SET
        orders = r.orders + excluded.orders, units = r.units + excluded.units,
        gross_minor = r.gross_minor + excluded.gross_minor, platform_minor = r.platform_minor + excluded.platform_minor,
        merchant_minor = r.merchant_minor + excluded.merchant_minor,
        cancelled_units = r.cancelled_units + excluded.cancelled_units,
        cancelled_minor = r.cancelled_minor + excluded.cancelled_minor
)
INSERT INTO reports.variant_sales AS r
SELECT minutes, date_bin(make_interval(mins => minutes), quarter, '1970-01-01Z'), c.id, currency, variant_id,
       sum(sign), sum(sign * units), sum(sign * gross_minor), sum(sign * platform_minor),
       sum(sign * merchant_minor), sum(sign * cancelled_units), sum(sign * cancelled_minor)
FROM by_line
CROSS JOIN unnest($3::int[]) AS minutes
CROSS JOIN LATERAL (VALUES (channel_id), ('00000000-0000-0000-0000-000000000000')) AS c (id)
WHERE besides
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (minutes, starts_at, channel_id, currency, variant_id) DO UPDATE SET
    orders = r.orders + excluded.orders, units = r.units + excluded.units,
    gross_minor = r.gross_minor + excluded.gross_minor, platform_minor = r.platform_minor + excluded.platform_minor,
    merchant_minor = r.merchant_minor + excluded.merchant_minor,
    cancelled_units = r.cancelled_units + excluded.cancelled_units,
    cancelled_minor = r.cancelled_minor + excluded.cancelled_minor
