-- Units are missing from a parcel: its lines become smaller, or go when nothing is left of them, and it is lighter.
WITH missing AS (
    SELECT * FROM unnest($2::uuid[], $3::int[]) AS t (order_line_id, units)
), gone AS (
    DELETE FROM fulfilment_order_lines l USING missing m
    WHERE l.fulfilment_order_id = $1 AND l.order_line_id = m.order_line_id AND l.quantity = m.units
), smaller AS (
    UPDATE fulfilment_order_lines l SET quantity = l.quantity - m.units FROM missing m
    WHERE l.fulfilment_order_id = $1 AND l.order_line_id = m.order_line_id AND l.quantity > m.units
)
UPDATE fulfilment_orders
SET updated_at = $4, weight_g = greatest(0, weight_g - (
    SELECT sum(m.units * v.weight_g) FROM missing m
    JOIN order_lines o ON o.id = m.order_line_id JOIN variants v ON v.id = o.variant_id))
WHERE id = $1
