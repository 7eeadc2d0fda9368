-- Units that the active rules keep from each of these channels ($1), per level of these variants ($2).
SELECT c.id AS channel_id, v.id AS variant_id, p.warehouse_id, sum(p.units)::bigint AS units
FROM protected_stock p
JOIN unnest($1::uuid[]) AS c (id) ON c.id <> p.channel_id
JOIN variants v ON v.id = ANY($2::uuid[]) AND (p.skus = '[]' OR p.skus ? v.sku)
GROUP BY c.id, v.id, p.warehouse_id
