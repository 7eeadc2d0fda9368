-- An order's subtotal and discounts are those of its lines, and its tax is no less than theirs.
-- If broken: Compare with what the channel said (the order's inbound message), and report it.
WITH lines AS (
    SELECT order_id, sum(unit_price_minor * quantity) AS subtotal, sum(platform_discount_minor) AS platform,
           sum(merchant_discount_minor) AS merchant, sum(tax_minor) AS tax
    FROM order_lines GROUP BY order_id
)
SELECT format('order %s: (subtotal, platform discount, merchant discount, tax) %s, its lines %s', o.number,
              (o.subtotal_minor, o.platform_discount_minor, o.merchant_discount_minor, o.tax_minor),
              (l.subtotal, l.platform, l.merchant, l.tax)) AS violation
FROM orders o JOIN lines l ON l.order_id = o.id
WHERE (o.subtotal_minor, o.platform_discount_minor, o.merchant_discount_minor) <> (l.subtotal, l.platform, l.merchant)
   OR o.tax_minor < l.tax
