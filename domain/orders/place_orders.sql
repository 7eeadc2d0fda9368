-- Write new orders with their lines and their first event, and the job ($36) that wakes the allocation
-- worker for them. What cannot be written is left out, and the caller finds out why: a (channel,
-- reference) that is taken, a channel that does not exist, takes no orders, has another currency or
-- is out of sight ($37: those in sight, NULL for all), an unknown SKU, too much weight. $38 are tags, joined by U+001F; $39 and $40 what
-- coordinates were found by. Inserted in reference order, so that two batches sharing references wait for each other
-- instead of deadlocking.
WITH incoming AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::jsonb[], $7::float8[], $8::float8[], $9::text[],
        $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::smallint[], $16::text[],
        $17::text[], $18::smallint[], $19::timestamptz[], $20::timestamptz[], $21::bigint[], $22::bigint[], $23::jsonb[], $38::text[],
        $39::text[], $40::text[])
    AS t (id, channel, external_reference, content_hash, customer_reference, ship_to, latitude, longitude, currency,
          subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor, tax_minor, priority,
          stock_policy, split_policy, max_shipments, placed_at, promised_by, units, units_allocated, event, tags, located_by,
          located_part)
), line AS (
    SELECT l.*, v.id AS variant_id, v.name, v.weight_g, v.unit_cost_minor, v.unit_cost_currency
    FROM unnest($25::uuid[], $26::uuid[], $27::smallint[], $28::text[], $29::int[], $30::bigint[], $31::bigint[],
                $32::bigint[], $33::bigint[], $34::int[])
         AS l (id, order_id, position, sku, quantity, unit_price_minor, platform_discount_minor,
               merchant_discount_minor, tax_minor, allocated)
    LEFT JOIN variants v ON v.sku = l.sku
), placed AS (
    INSERT INTO orders (id, channel_id, external_reference, content_hash, customer_reference, ship_to, latitude,
        longitude, currency, subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor,
        tax_minor, priority, stock_policy, split_policy, max_shipments, placed_at, promised_by, units,
        units_allocated, tags, located_by, located_part, taken_in_at, updated_at, state, sourcing, version)
    SELECT i.id, c.id, external_reference, content_hash, customer_reference, ship_to, latitude,
        longitude, i.currency, subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor,
        tax_minor, i.priority, stock_policy, split_policy, max_shipments, placed_at, promised_by, units,
        units_allocated, string_to_array(tags, E'\x1f'), located_by, located_part, $24, $24, 'OPEN', 'WAITING', 1
    FROM incoming i
    JOIN channels c ON c.code = i.channel AND c.active AND c.currency = i.currency
                   AND ($37::uuid[] IS NULL OR c.id = ANY($37))
    WHERE i.id NOT IN (SELECT order_id FROM line WHERE variant_id IS NULL)
      AND i.id NOT IN (SELECT order_id FROM line GROUP BY order_id HAVING sum(quantity::bigint * weight_g) > 1000000000000)
    ORDER BY c.id, external_reference
    ON CONFLICT (channel_id, external_reference) DO NOTHING
    RETURNING id, number, currency
), lines AS (
    INSERT INTO order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_price_minor,
        platform_discount_minor, merchant_discount_minor, tax_minor, allocated, unit_cost_minor)
    SELECT l.id, l.order_id, l.position, l.variant_id, l.sku, l.name, l.quantity, l.unit_price_minor,
        l.platform_discount_minor, l.merchant_discount_minor, l.tax_minor, l.allocated,
        CASE WHEN l.unit_cost_currency = p.currency THEN l.unit_cost_minor END
    FROM line l JOIN placed p ON p.id = l.order_id
), told AS (
    INSERT INTO events (subject_id, version, kind, payload, actor, at)
    SELECT i.id, 1, 'ORDER_PLACED', i.event, $35, $24 FROM incoming i JOIN placed p USING (id)
), job AS (
    INSERT INTO jobs (id, kind, payload, state, run_after, created_at)
    SELECT $36, 'ALLOCATE', '{}', 'WAITING', $24, $24 WHERE EXISTS (SELECT FROM placed)
)
SELECT id, number FROM placed
