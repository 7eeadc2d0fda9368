-- What rules look at, and what becomes of what they leave unfilled.

-- ------------------------------------------------------------------ tags

-- Most orders have no tags and are not to burden the index at each of their changes. That `tags <> '{}'`
-- PostgreSQL cannot conclude from `tags && $1`; that a NULL overlaps nothing, it can.
DROP INDEX orders_by_tag;
ALTER TABLE orders ADD COLUMN tagged text[] GENERATED ALWAYS AS (nullif(tags, '{}')) STORED;
CREATE INDEX orders_by_tag ON orders USING gin (tagged) WHERE tagged IS NOT NULL;
