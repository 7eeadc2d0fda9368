-- Lines of order $1 as they are stated now: more units, and other money where that is not left as it was ordered. A line
-- that is not there yet is added; its variant exists.
WITH stated AS (
    SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bool[], $9::uuid[])
         WITH ORDINALITY
         AS t (sku, more, unit_price_minor, platform_discount_minor, merchant_discount_minor, tax_minor, money, id, ord)
), changed AS (
    UPDATE order_lines l
    SET quantity = l.quantity + s.more,
        unit_price_minor = CASE WHEN s.money THEN s.unit_price_minor ELSE l.unit_price_minor END,
        platform_discount_minor = CASE WHEN s.money THEN s.platform_discount_minor ELSE l.platform_discount_minor END,
        merchant_discount_minor = CASE WHEN s.money THEN s.merchant_discount_minor ELSE l.merchant_discount_minor END,
        tax_minor = CASE WHEN s.money THEN s.tax_minor ELSE l.tax_minor END
    FROM stated s WHERE l.order_id = $1 AND l.sku = s.sku
)
INSERT INTO order_lines (id, order_id, position, variant_id, sku, name, quantity, unit_price_minor,
                         platform_discount_minor, merchant_discount_minor, tax_minor, allocated, unit_cost_minor)
SELECT s.id, $1, (SELECT max(position) FROM order_lines WHERE order_id = $1) + row_number() OVER (ORDER BY s.ord),
       v.id, s.sku, v.name, s.more, s.unit_price_minor, s.platform_discount_minor, s.merchant_discount_minor, s.tax_minor, 0,
       (SELECT v.unit_cost_minor FROM orders WHERE id = $1 AND currency = v.unit_cost_currency)
FROM stated s JOIN variants v ON v.sku = s.sku
WHERE s.more > 0 AND NOT EXISTS (SELECT FROM order_lines l WHERE l.order_id = $1 AND l.sku = s.sku)
