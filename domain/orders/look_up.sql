-- What is there of a batch already, in one round trip: its channels ($1), the SKUs it names ($2), and
-- those of its orders ($3 channel, $4 reference) that are in the pool.
SELECT 'CHANNEL' AS kind, c.code AS name, c.id, c.currency, c.active, NULL::bigint AS weight_g,
       NULL::uuid AS channel_id, NULL::bigint AS number, NULL::bigint AS version, NULL::bytea AS content_hash
FROM channels c WHERE c.code = ANY($1::text[])
UNION ALL
SELECT 'SKU', v.sku, v.id, NULL, NULL, v.weight_g, NULL, NULL, NULL, NULL
FROM variants v WHERE v.sku = ANY($2::text[])
UNION ALL
SELECT 'ORDER', o.external_reference, o.id, NULL, NULL, NULL, o.channel_id, o.number, o.version, o.content_hash
FROM unnest($3::text[], $4::text[]) AS asked (code, external_reference)
JOIN channels c ON c.code = asked.code
-- LATERAL and LIMIT keep to the index, even by a plan that was made when the table was empty
CROSS JOIN LATERAL (SELECT * FROM orders WHERE channel_id = c.id AND external_reference = asked.external_reference LIMIT 1) o
