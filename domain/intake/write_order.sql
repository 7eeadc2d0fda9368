-- Order $1 as it is stated now; its sums are its lines'. With more units ($17) it is sourced again.
UPDATE orders o
SET placed_at = $2, customer_reference = $3, promised_by = $4, priority = $5, stock_policy = $6, split_policy = $7,
    max_shipments = $8, tags = $9, ship_to = $10::jsonb, latitude = $11, longitude = $12, located_by = $18,
    located_part = $19, shipping_minor = $13, tax_minor = $14 + l.tax, content_hash = $15, updated_at = $16,
    subtotal_minor = l.subtotal, platform_discount_minor = l.platform, merchant_discount_minor = l.merchant, units = l.units,
    sourcing = CASE WHEN $17 AND o.sourcing <> 'ON_HOLD' THEN 'WAITING' ELSE o.sourcing END
FROM (SELECT sum(unit_price_minor * quantity) AS subtotal, sum(platform_discount_minor) AS platform,
             sum(merchant_discount_minor) AS merchant, sum(tax_minor) AS tax, sum(quantity) AS units
      FROM order_lines WHERE order_id = $1) l
WHERE o.id = $1
