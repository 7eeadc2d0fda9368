-- A promise is about the order and the variant that its order line is of.
-- If broken: Report it, and ship nothing of the order until it is settled.
SELECT format('%s: for order %s and variant %s, its line is of order %s and variant %s', p.document, p.order_id,
              p.variant_id, l.order_id, l.variant_id) AS violation
FROM (
    SELECT 'reservation in ' || warehouse_id AS document, order_line_id, order_id, variant_id FROM reservations
    UNION ALL
    SELECT 'fulfilment order ' || f.id, l.order_line_id, f.order_id, l.variant_id
    FROM fulfilment_orders f JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
) AS p
JOIN order_lines l ON l.id = p.order_line_id
WHERE (l.order_id, l.variant_id) <> (p.order_id, p.variant_id)
