-- What rules look at, and what becomes of what they leave unfilled.

-- ------------------------------------------------------------------ tags

-- Most orders have no tags and are not to burden the index at each of their changes. That `tags <> '{}'`
-- PostgreSQL cannot conclude from `tags && $1`; that a NULL overlaps nothing, it can.
DROP INDEX orders_by_tag;
ALTER TABLE orders ADD COLUMN tagged text[] GENERATED ALWAYS AS (nullif(tags, '{}')) STORED;
CREATE INDEX orders_by_tag ON orders USING gin (tagged) WHERE tagged IS NOT NULL;

-- ------------------------------------------------------------------ the unfilled

-- What is still unfilled then is cancelled, by a last look at the shelves: `source_again_at` is no later.
ALTER TABLE orders ADD COLUMN cancel_unfilled_at timestamptz;
CREATE INDEX orders_to_cancel ON orders (cancel_unfilled_at) WHERE cancel_unfilled_at IS NOT NULL;

-- ------------------------------------------------------------------ protection

-- What the active rules keep of each SKU in a warehouse for one channel; `skus` is a JSON array, empty for all.
CREATE VIEW protected_stock AS
SELECT c.id AS channel_id, w.id AS warehouse_id, p.units, coalesce(p.skus, '[]') AS skus
FROM rule_sets r
CROSS JOIN LATERAL jsonb_to_recordset(coalesce(r.definition -> 'protections', '[]'))
                   AS p (channel text, units bigint, warehouses jsonb, skus jsonb)
JOIN channels c ON c.code = p.channel
JOIN warehouses w ON coalesce(p.warehouses, '[]') = '[]' OR p.warehouses ? w.code
WHERE r.state = 'ACTIVE';
