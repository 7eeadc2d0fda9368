-- Listings of variants whose stock or demand changed at feed positions in ($1, $2], locked in the order of their ids.
SELECT l.id, l.channel_id, l.variant_id
FROM listings l JOIN (
    SELECT s.variant_id FROM feed f JOIN stock_entries s ON s.id = f.row_id
    WHERE f.source = 2 AND f.position > $1 AND f.position <= $2
    UNION
    SELECT ol.variant_id FROM feed f JOIN events e ON e.id = f.row_id JOIN order_lines ol ON ol.order_id = e.subject_id
    WHERE f.source = 1 AND f.position > $1 AND f.position <= $2 AND NOT e.kind LIKE 'FULFILMENT_%'
) changed USING (variant_id)
ORDER BY l.id FOR NO KEY UPDATE OF l
