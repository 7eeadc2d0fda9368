-- A warehouse that rejected an order is not tried again for it until a moment, or until what was missing has come in there.
ALTER TABLE sourcing_exclusions
    ADD COLUMN until timestamptz,   -- from then on it may be tried again; NULL: not by itself
    ADD COLUMN missing uuid[];      -- variants that have to come in before it may; NULL: that does not matter

-- What was rejected before: its day is over, or the parcels of orders that are open tell what was missing.
UPDATE sourcing_exclusions e SET until = ((e.at AT TIME ZONE w.timezone)::date + 1)::timestamp AT TIME ZONE w.timezone
FROM warehouses w WHERE w.id = e.warehouse_id AND e.reason = 'NO_CAPACITY';
UPDATE sourcing_exclusions e SET missing = m.variants
FROM (SELECT f.order_id, f.warehouse_id, array_agg(DISTINCT l.variant_id) AS variants
      FROM orders o JOIN fulfilment_orders f ON f.order_id = o.id
      JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
      WHERE o.state = 'OPEN' AND f.state = 'REJECTED' GROUP BY f.order_id, f.warehouse_id) m
WHERE m.order_id = e.order_id AND m.warehouse_id = e.warehouse_id AND e.reason IN ('OUT_OF_STOCK', 'DAMAGED');

-- Nothing else says when those that wait for a day are to be looked at again: the next look does.
UPDATE orders o SET source_again_at = now()
WHERE o.sourcing = 'BACKORDERED' AND (o.source_again_at IS NULL OR o.source_again_at > now())
  AND EXISTS (SELECT FROM sourcing_exclusions e WHERE e.order_id = o.id AND e.until IS NOT NULL);

-- Asked with each receipt and seldom written, so no entries are left for the reader to sort.
CREATE INDEX sourcing_exclusions_by_missing ON sourcing_exclusions USING gin (missing) WITH (fastupdate = off)
    WHERE missing IS NOT NULL;

-- Units that can be sold come in: who waited for the last that was missing there may be tried there again. All that a
-- statement brings at once, and in (order, warehouse) order, so that two receipts cannot deadlock. Of a closed order, too:
-- that ends once, where to pass over it would be to find it with each receipt.
CREATE FUNCTION end_exclusions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- as a value, since a plan that was made with many entries would read all exclusions for a few
    came uuid[] := (SELECT array_agg(DISTINCT variant_id) FROM entries WHERE on_hand > unsellable);
BEGIN
    IF came IS NOT NULL THEN
        WITH come AS (
            SELECT warehouse_id, array_agg(variant_id) AS variants, max(at) AS at
            FROM entries WHERE on_hand > unsellable GROUP BY warehouse_id
        ), waiting AS (
            SELECT e.order_id, e.warehouse_id, c.variants, c.at
            FROM come c JOIN sourcing_exclusions e ON e.warehouse_id = c.warehouse_id AND e.missing && c.variants
            WHERE e.missing && came
            ORDER BY e.order_id, e.warehouse_id FOR NO KEY UPDATE OF e
        )
        UPDATE sourcing_exclusions e
        SET (missing, until) = (SELECT array_agg(m.variant_id), CASE WHEN count(*) = 0 THEN w.at END
                                FROM unnest(e.missing) AS m (variant_id) WHERE m.variant_id <> ALL (w.variants))
        FROM waiting w WHERE e.order_id = w.order_id AND e.warehouse_id = w.warehouse_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER stock_entries_end_exclusions AFTER INSERT ON stock_entries
    REFERENCING NEW TABLE AS entries FOR EACH STATEMENT EXECUTE FUNCTION end_exclusions();
