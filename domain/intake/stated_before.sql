-- What order $1 says now, for a comparison with what its channel states, and the statement it follows.
SELECT o.id, c.code AS channel, o.external_reference, o.placed_at, o.currency, o.customer_reference,
       o.ship_to::text AS ship_to, o.priority, o.promised_by, o.stock_policy, o.split_policy, o.max_shipments,
       o.shipping_minor, o.tax_minor, o.content_hash, o.tags, o.stated_by
FROM orders o JOIN channels c ON c.id = o.channel_id
WHERE o.id = $1
