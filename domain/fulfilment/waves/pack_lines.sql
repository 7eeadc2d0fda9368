-- What goes into each parcel of a wave that leaves, and whose it is.
SELECT m.position, f.number AS parcel, o.number AS order_number, o.external_reference, c.code AS channel,
       coalesce(o.ship_to ->> 'name', '') AS name, coalesce(o.ship_to ->> 'postcode', '') AS postcode,
       coalesce(o.ship_to ->> 'city', '') AS city, o.ship_to ->> 'country_code' AS country_code,
       v.sku, v.name AS item, v.barcode, l.quantity
FROM wave_members m
JOIN fulfilment_orders f ON f.id = m.fulfilment_order_id
JOIN orders o ON o.id = f.order_id
JOIN channels c ON c.id = o.channel_id
JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
JOIN order_lines ol ON ol.id = l.order_line_id
JOIN variants v ON v.id = l.variant_id
WHERE m.wave_id = $1 AND m.left_at IS NULL AND f.state NOT IN ('ON_HOLD', 'REJECTED', 'CANCELLED')
ORDER BY m.position, ol.position
