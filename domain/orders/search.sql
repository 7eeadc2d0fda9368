-- Orders by what people type: a number, how a reference begins, or a SKU. Each arm has its own
-- index; an OR over all of them would read the table. Ids are UUIDv7: the greatest are the newest.
SELECT found.id
FROM (
    (SELECT o.id FROM orders o WHERE o.number = $3)
    UNION
    (SELECT o.id FROM orders o WHERE o.external_reference LIKE $2 ORDER BY o.id DESC LIMIT $5)
    UNION
    (SELECT o.id FROM orders o WHERE o.customer_reference <> '' AND o.customer_reference LIKE $2
     ORDER BY o.id DESC LIMIT $5)
    UNION
    (SELECT l.order_id FROM order_lines l WHERE l.sku = $1 ORDER BY l.order_id DESC LIMIT $5)
) AS found
JOIN orders o ON o.id = found.id
WHERE $4::uuid[] IS NULL OR o.channel_id = ANY ($4)
ORDER BY found.id DESC
LIMIT $5
