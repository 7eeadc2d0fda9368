-- The next orders of whatever came to another category, for the roll-ups of a consumer ($1): at most $2, the oldest change's
-- first. One that has no orders (left) comes once, without one. Lines keep their SKU, and are found by it.
WITH waiting AS (
    SELECT id, product_id, variant_id, orders_after FROM recategorised WHERE consumer = $1 ORDER BY id LIMIT $2
)
SELECT w.id, found.order_id
FROM waiting w LEFT JOIN LATERAL (
    SELECT DISTINCT l.order_id FROM variants v CROSS JOIN LATERAL (
        SELECT order_id FROM order_lines WHERE sku = v.sku AND order_id > w.orders_after ORDER BY order_id LIMIT $2
    ) l
    WHERE v.product_id = w.product_id OR v.id = w.variant_id
    ORDER BY l.order_id LIMIT $2
) found ON true
ORDER BY w.id, found.order_id LIMIT $2
