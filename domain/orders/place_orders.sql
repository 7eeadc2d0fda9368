-- Write new orders with their lines and their first event, and the job ($36) that wakes the allocation
-- worker for them. An order whose (channel, reference) is
-- taken is left out; the caller looks at what is there. Inserted in reference order, so that two
-- batches sharing references wait for each other instead of deadlocking.
WITH incoming AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::jsonb[], $7::float8[], $8::float8[], $9::text[],
        $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::smallint[], $16::text[],
        $17::text[], $18::smallint[], $19::timestamptz[], $20::timestamptz[], $21::bigint[], $22::bigint[], $23::jsonb[])
    AS t (id, channel_id, external_reference, content_hash, customer_reference, ship_to, latitude, longitude, currency,
          subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor, tax_minor, priority,
          stock_policy, split_policy, max_shipments, placed_at, promised_by, units, units_allocated, event)
), placed AS (
    INSERT INTO orders (id, channel_id, external_reference, content_hash, customer_reference, ship_to, latitude,
        longitude, currency, subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor,
        tax_minor, priority, stock_policy, split_policy, max_shipments, placed_at, promised_by, units,
        units_allocated, taken_in_at, updated_at, state, sourcing, version)
    SELECT id, channel_id, external_reference, content_hash, customer_reference, ship_to, latitude,
        longitude, currency, subtotal_minor, platform_discount_minor, merchant_discount_minor, shipping_minor,
        tax_minor, priority, stock_policy, split_policy, max_shipments, placed_at, promised_by, units,
        units_allocated, $24, $24, 'OPEN', 'WAITING', 1
    FROM incoming ORDER BY channel_id, external_reference
    ON CONFLICT (channel_id, external_reference) DO NOTHING
    RETURNING id, number
), lines AS (
    INSERT INTO order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_price_minor,
        platform_discount_minor, merchant_discount_minor, tax_minor, allocated)
    SELECT l.id, l.order_id, l.position, l.variant_id, v.sku, v.name, l.quantity, l.unit_price_minor,
        l.platform_discount_minor, l.merchant_discount_minor, l.tax_minor, l.allocated
    FROM unnest($25::uuid[], $26::uuid[], $27::smallint[], $28::uuid[], $29::int[], $30::bigint[], $31::bigint[],
                $32::bigint[], $33::bigint[], $34::int[])
         AS l (id, order_id, position, variant_id, quantity, unit_price_minor, platform_discount_minor,
               merchant_discount_minor, tax_minor, allocated)
    JOIN placed p ON p.id = l.order_id
    JOIN variants v ON v.id = l.variant_id
), told AS (
    INSERT INTO events (subject_id, version, kind, payload, actor, at)
    SELECT i.id, 1, 'ORDER_PLACED', i.event, $35, $24 FROM incoming i JOIN placed p USING (id)
), job AS (
    INSERT INTO jobs (id, kind, payload, state, run_after, created_at)
    SELECT $36, 'ALLOCATE', '{}', 'WAITING', $24, $24 WHERE EXISTS (SELECT FROM placed)
)
SELECT id, number FROM placed
