-- A warehouse that rejected an order is not tried again for it until a moment, or until what was missing has come in there.
ALTER TABLE sourcing_exclusions
    ADD COLUMN until timestamptz,   -- from then on it may be tried again; NULL: not by itself
    ADD COLUMN missing uuid[];      -- variants that have to come in before it may; NULL: that does not matter

-- What was rejected before: its day is over, or its parcels tell what was missing.
UPDATE sourcing_exclusions e SET until = ((e.at AT TIME ZONE w.timezone)::date + 1) AT TIME ZONE w.timezone
FROM warehouses w WHERE w.id = e.warehouse_id AND e.reason = 'NO_CAPACITY';
UPDATE sourcing_exclusions e SET missing = m.variants
FROM (SELECT f.order_id, f.warehouse_id, array_agg(DISTINCT l.variant_id) AS variants
      FROM fulfilment_orders f JOIN fulfilment_order_lines l ON l.fulfilment_order_id = f.id
      WHERE f.state = 'REJECTED' GROUP BY f.order_id, f.warehouse_id) m
WHERE m.order_id = e.order_id AND m.warehouse_id = e.warehouse_id AND e.reason IN ('OUT_OF_STOCK', 'DAMAGED');

CREATE INDEX sourcing_exclusions_by_missing ON sourcing_exclusions USING gin (missing);

-- Units come in: who waited for the last that was missing there may be tried there again.
CREATE FUNCTION end_exclusions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sourcing_exclusions
    SET missing = array_remove(missing, NEW.variant_id), until = CASE WHEN missing <@ ARRAY[NEW.variant_id] THEN NEW.at END
    WHERE missing @> ARRAY[NEW.variant_id] AND warehouse_id = NEW.warehouse_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER stock_entries_end_exclusions AFTER INSERT ON stock_entries
    FOR EACH ROW WHEN (NEW.on_hand > 0) EXECUTE FUNCTION end_exclusions();
