-- What a code may mean, the likeliest first. $1: the code; $2: it as a number, or NULL; $3: barcodes that scanners read
-- for it; $4: the number of a wave, or NULL. Each arm has a unique index or one that begins with what is compared.
SELECT kind, id FROM (
    SELECT 1 AS rank, 'FulfilmentOrder' AS kind, f.id FROM fulfilment_orders f WHERE f.number = $2::bigint
    UNION ALL
    SELECT 2, 'Wave', w.id FROM waves w WHERE w.number = $4::bigint
    UNION ALL
    SELECT 3, 'Variant', v.id FROM variants v WHERE v.barcode = ANY ($3::text[]) OR v.sku = $1::text
    UNION ALL
    SELECT 4, 'Order', o.id FROM orders o WHERE o.number = $2
    UNION ALL
    (SELECT 5, 'Order', o.id FROM orders o WHERE o.external_reference = $1 ORDER BY o.id DESC LIMIT 10)
) AS meant
ORDER BY rank, id
LIMIT 20
