-- Orders by what people type ($1): a number ($2), how a reference begins, or a SKU. Each arm has its own index; an OR over
-- all of them would read the table. Ids are UUIDv7: the greatest are the newest.
--
-- References rise with time: looking for a beginning from the newest order on may read them all, and so may reading all
-- that share one. So up to $5 are read from the index, in its order; only if there are more, the newest $5 orders are
-- looked at as well. U+10FFFF is greater than whatever may follow a beginning. Each arm takes up to $6, which is more where
-- others' orders are left out ($3) afterwards.
WITH referring AS MATERIALIZED (
    SELECT o.id FROM orders o WHERE o.external_reference ~>=~ $1 AND o.external_reference ~<~ ($1 || chr(1114111))
    ORDER BY o.external_reference USING ~<~ LIMIT $5
), buying AS MATERIALIZED (
    SELECT o.id FROM orders o
    WHERE o.customer_reference <> '' AND o.customer_reference ~>=~ $1 AND o.customer_reference ~<~ ($1 || chr(1114111))
    ORDER BY o.customer_reference USING ~<~ LIMIT $5
), many AS (
    SELECT (SELECT count(*) FROM referring) >= $5 OR (SELECT count(*) FROM buying) >= $5 AS are
)
SELECT found.id
FROM (
    (SELECT o.id FROM orders o WHERE o.number = $2)
    UNION
    (SELECT id FROM referring ORDER BY id DESC LIMIT $6)
    UNION
    (SELECT id FROM buying ORDER BY id DESC LIMIT $6)
    UNION
    (SELECT newest.id
     FROM (SELECT o.id, o.external_reference, o.customer_reference FROM orders o ORDER BY o.id DESC LIMIT $5) newest
     WHERE (SELECT are FROM many)
       AND (starts_with(newest.external_reference, $1) OR starts_with(newest.customer_reference, $1))
     LIMIT $6)
    UNION
    (SELECT l.order_id FROM order_lines l WHERE l.sku = $1 ORDER BY l.order_id DESC LIMIT $6)
) AS found
JOIN orders o ON o.id = found.id
WHERE $3::uuid[] IS NULL OR o.channel_id = ANY ($3)
ORDER BY found.id DESC
LIMIT $4
