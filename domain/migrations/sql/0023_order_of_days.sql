-- Days are locked by everybody in one order: those of warehouses that take so many parcels only come first, since allocation
-- compares these with their room before it writes, and only counts the others at its end, where nobody waits long for them.

-- Lock days, also those that are not there yet; how many more parcels each takes, NULL: any number.
CREATE FUNCTION lock_dispatch_days(places uuid[], days date[]) RETURNS TABLE (place uuid, on_day date, room integer)
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dispatch_days AS d (warehouse_id, day)
    SELECT w.id, t.on_day FROM unnest(places, days) AS t (place, on_day) JOIN warehouses w ON w.id = t.place
    ORDER BY w.daily_capacity IS NULL, w.id, t.on_day
    ON CONFLICT (warehouse_id, day) DO UPDATE SET planned = d.planned WHERE false;  -- one that is there is locked, and stays
    RETURN QUERY
        SELECT d.warehouse_id, d.day, w.daily_capacity - d.planned FROM unnest(places, days) AS t (place, on_day)
        JOIN dispatch_days d ON (d.warehouse_id, d.day) = (t.place, t.on_day) JOIN warehouses w ON w.id = t.place;
END $$;

CREATE OR REPLACE FUNCTION count_dispatch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dispatch_days AS d (warehouse_id, day, planned)
    SELECT w.id, n.day, n.parcels FROM (
        SELECT warehouse_id, planned_ship_on AS day, count(*) AS parcels FROM now_rows
        WHERE planned_ship_on IS NOT NULL AND state NOT IN ('REJECTED', 'CANCELLED')
        GROUP BY 1, 2) n JOIN warehouses w ON w.id = n.warehouse_id
    ORDER BY w.daily_capacity IS NULL, w.id, n.day
    ON CONFLICT (warehouse_id, day) DO UPDATE SET planned = d.planned + excluded.planned;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION recount_dispatch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE places uuid[]; days date[]; more int[];
BEGIN
    SELECT array_agg(warehouse_id), array_agg(day), array_agg(units) INTO places, days, more FROM (
        SELECT warehouse_id, day, sum(one)::int AS units FROM (
            SELECT warehouse_id, planned_ship_on AS day, 1 AS one FROM now_rows
            WHERE planned_ship_on IS NOT NULL AND state NOT IN ('REJECTED', 'CANCELLED')
            UNION ALL
            SELECT warehouse_id, planned_ship_on, -1 FROM old_rows
            WHERE planned_ship_on IS NOT NULL AND state NOT IN ('REJECTED', 'CANCELLED')) both_sides
        GROUP BY warehouse_id, day HAVING sum(one) <> 0) changed;
    IF places IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM lock_dispatch_days(places, days);
    UPDATE dispatch_days d SET planned = d.planned + t.units
    FROM unnest(places, days, more) AS t (place, on_day, units) WHERE (d.warehouse_id, d.day) = (t.place, t.on_day);
    RETURN NULL;
END $$;
