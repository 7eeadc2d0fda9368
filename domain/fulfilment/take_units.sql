-- Take units ($3) of lines ($2) out of what they were promised by documents ($1), reservations or fulfilment orders. One
-- of which nothing would be left is cancelled as it is, so that it still says what it was; the others are lighter.
-- Returns the fulfilment orders among them.
WITH taken AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[]) AS t (document_id, order_line_id, units, warehouse_id)
), unreserved AS (
    DELETE FROM reservations r USING taken t
    WHERE r.order_id = t.document_id AND r.order_line_id = t.order_line_id AND r.warehouse_id = t.warehouse_id
      AND r.quantity = t.units
), reserved AS (
    UPDATE reservations r SET quantity = r.quantity - t.units FROM taken t
    WHERE r.order_id = t.document_id AND r.order_line_id = t.order_line_id AND r.warehouse_id = t.warehouse_id
      AND r.quantity > t.units
), emptied AS (
    SELECT l.fulfilment_order_id AS id FROM fulfilment_order_lines l
    LEFT JOIN taken t ON t.document_id = l.fulfilment_order_id AND t.order_line_id = l.order_line_id
    WHERE l.fulfilment_order_id = ANY ($1::uuid[])
    GROUP BY l.fulfilment_order_id HAVING sum(l.quantity) = sum(coalesce(t.units, 0))
), gone AS (
    DELETE FROM fulfilment_order_lines l USING taken t
    WHERE l.fulfilment_order_id = t.document_id AND l.order_line_id = t.order_line_id AND l.quantity = t.units
      AND l.fulfilment_order_id NOT IN (SELECT id FROM emptied)
), less AS (
    UPDATE fulfilment_order_lines l SET quantity = l.quantity - t.units FROM taken t
    WHERE l.fulfilment_order_id = t.document_id AND l.order_line_id = t.order_line_id AND l.quantity > t.units
)
UPDATE fulfilment_orders f
SET updated_at = $5, state = CASE WHEN e.id IS NULL THEN f.state ELSE 'CANCELLED' END,
    weight_g = CASE WHEN e.id IS NULL THEN greatest(0, f.weight_g - t.grams) ELSE f.weight_g END
FROM (
    SELECT taken.document_id, sum(taken.units * v.weight_g) AS grams
    FROM taken JOIN order_lines o ON o.id = taken.order_line_id JOIN variants v ON v.id = o.variant_id
    GROUP BY taken.document_id
) t LEFT JOIN emptied e ON e.id = t.document_id
WHERE f.id = t.document_id
RETURNING f.id, f.number, (SELECT code FROM warehouses w WHERE w.id = f.warehouse_id) AS warehouse,
          f.state = 'CANCELLED' AS cancelled
