-- What the allocation engine decides by: rule sets, the tariff's zones, calendars and capacity; and the
-- planned ship dates that follow.

-- ------------------------------------------------------------------ rule sets

CREATE TABLE rule_sets (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL CONSTRAINT rule_sets_version_unique UNIQUE
                 CONSTRAINT rule_sets_version_positive CHECK (version > 0),
    name         text NOT NULL CONSTRAINT rule_sets_name_length CHECK (length(name) BETWEEN 1 AND 200),
    note         text NOT NULL DEFAULT '',
    state        text NOT NULL CONSTRAINT rule_sets_state_known CHECK (state IN ('DRAFT', 'ACTIVE', 'ARCHIVED')),
    definition   jsonb NOT NULL,               -- as `domain/sourcing/rules/definition.py` reads it
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL,
    updated_at   timestamptz NOT NULL,
    activated_at timestamptz,
    archived_at  timestamptz,
    CONSTRAINT rule_sets_activated_when_active CHECK (state <> 'ACTIVE' OR activated_at IS NOT NULL),
    CONSTRAINT rule_sets_archived_when_archived CHECK ((state = 'ARCHIVED') = (archived_at IS NOT NULL))
);
CREATE UNIQUE INDEX rule_sets_one_active ON rule_sets (state) WHERE state = 'ACTIVE';

INSERT INTO rule_sets (id, version, name, state, definition, created_at, created_by, updated_at, activated_at)
VALUES ('01900000-0000-7000-8000-000000000001', 1, 'Cheapest', 'ACTIVE', '{"routings": []}', now(), 'house', now(), now());

-- Decisions name their rules by version: what decided must not change afterwards, nor go.
CREATE FUNCTION refuse_change_of_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.state = 'DRAFT' AND OLD.activated_at IS NULL THEN
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE' AND (OLD.state = 'DRAFT' OR (OLD.version, OLD.definition) = (NEW.version, NEW.definition)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a rule set that was active stays as it is' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rule_sets_stay BEFORE UPDATE OR DELETE ON rule_sets FOR EACH ROW EXECUTE FUNCTION refuse_change_of_rules();

ALTER TABLE sourcing_decisions ADD COLUMN rule_set_id uuid
    CONSTRAINT sourcing_decisions_rule_set_exists REFERENCES rule_sets (id);  -- NULL: before there were any
CREATE INDEX sourcing_decisions_by_rule_set ON sourcing_decisions (rule_set_id, at);
CREATE INDEX sourcing_decisions_by_time ON sourcing_decisions USING brin (at);

-- ------------------------------------------------------------------ what routing looks at

ALTER TABLE orders
    ADD COLUMN tags            text[] NOT NULL DEFAULT '{}',
    ADD COLUMN source_again_at timestamptz;   -- a backorder to look at again then, because time alone may fill it
CREATE INDEX orders_by_tag ON orders USING gin (tags) WHERE tags <> '{}';
CREATE INDEX orders_to_source_again ON orders (source_again_at) WHERE source_again_at IS NOT NULL;

-- ------------------------------------------------------------------ tariff, calendars, capacity

ALTER TABLE warehouses
    ADD COLUMN working_days smallint[] NOT NULL DEFAULT '{1,2,3,4,5,6,7}'     -- ISO: 1 is Monday
        CONSTRAINT warehouses_working_days_known
        CHECK (cardinality(working_days) > 0 AND working_days <@ '{1,2,3,4,5,6,7}'::smallint[]),
    ADD COLUMN regions      text[];              -- 'DE', or 'DE-04' for postcodes that begin so; NULL: everywhere

CREATE TABLE warehouse_closures (
    warehouse_id uuid NOT NULL REFERENCES warehouses (id),
    day          date NOT NULL,
    note         text NOT NULL DEFAULT '',
    CONSTRAINT warehouse_closures_pkey PRIMARY KEY (warehouse_id, day)
);

-- What a parcel costs by its way, besides what its warehouse takes, and how long it travels. The zone of
-- a distance is the first whose edge is not below it; beyond the last one nothing is shipped, unless its
-- edge is infinite. Without any zone the way takes a day and costs nothing more.
CREATE TABLE shipping_zones (
    km_max         double precision PRIMARY KEY CONSTRAINT shipping_zones_edge_positive CHECK (km_max > 0),
    shipment_minor bigint NOT NULL CONSTRAINT shipping_zones_shipment_not_negative CHECK (shipment_minor >= 0),
    kg_minor       bigint NOT NULL CONSTRAINT shipping_zones_kg_not_negative CHECK (kg_minor >= 0),
    transit_days   smallint NOT NULL CONSTRAINT shipping_zones_transit_not_negative CHECK (transit_days >= 0)
);

-- Parcels planned for each day, kept by the trigger below; whoever plans more locks the row first.
CREATE TABLE dispatch_days (
    warehouse_id uuid NOT NULL REFERENCES warehouses (id),
    day          date NOT NULL,
    planned      integer NOT NULL DEFAULT 0 CONSTRAINT dispatch_days_planned_not_negative CHECK (planned >= 0),
    CONSTRAINT dispatch_days_pkey PRIMARY KEY (warehouse_id, day)
) WITH (fillfactor = 70);

-- ------------------------------------------------------------------ dispatch

ALTER TABLE fulfilment_orders
    ADD COLUMN planned_ship_on date,              -- in the warehouse's calendar; NULL: no day is known yet
    ADD COLUMN arrives_on      date,              -- when that day is kept
    ADD COLUMN late            boolean NOT NULL DEFAULT false;   -- it was planned to arrive after the promise
CREATE INDEX fulfilment_orders_by_ship_day ON fulfilment_orders (warehouse_id, planned_ship_on, created_at, id)
    WHERE state IN ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED');

CREATE FUNCTION count_dispatch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dispatch_days AS d (warehouse_id, day, planned)
    SELECT warehouse_id, planned_ship_on, count(*) FROM now_rows
    WHERE planned_ship_on IS NOT NULL AND state NOT IN ('REJECTED', 'CANCELLED')
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (warehouse_id, day) DO UPDATE SET planned = d.planned + excluded.planned;
    RETURN NULL;
END $$;

CREATE FUNCTION recount_dispatch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE places uuid[]; days date[]; more int[];
BEGIN
    SELECT array_agg(warehouse_id), array_agg(day), array_agg(units) INTO places, days, more FROM (
        SELECT warehouse_id, day, sum(one)::int AS units FROM (
            SELECT warehouse_id, planned_ship_on AS day, 1 AS one FROM now_rows
            WHERE planned_ship_on IS NOT NULL AND state NOT IN ('REJECTED', 'CANCELLED')
            UNION ALL
            SELECT warehouse_id, planned_ship_on, -1 FROM old_rows
            WHERE planned_ship_on IS NOT NULL AND state NOT IN ('REJECTED', 'CANCELLED')) both_sides
        GROUP BY warehouse_id, day HAVING sum(one) <> 0 ORDER BY warehouse_id, day) changed;
    IF places IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO dispatch_days (warehouse_id, day) SELECT * FROM unnest(places, days) ON CONFLICT DO NOTHING;
    -- in (warehouse, day) order, as everybody else
    PERFORM FROM dispatch_days d JOIN unnest(places, days) AS t (place, on_day) ON (d.warehouse_id, d.day) = (t.place, t.on_day)
    ORDER BY d.warehouse_id, d.day FOR UPDATE OF d;
    UPDATE dispatch_days d SET planned = d.planned + t.units
    FROM unnest(places, days, more) AS t (place, on_day, units) WHERE (d.warehouse_id, d.day) = (t.place, t.on_day);
    RETURN NULL;
END $$;

CREATE TRIGGER fulfilment_orders_count_new AFTER INSERT ON fulfilment_orders
    REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION count_dispatch();
CREATE TRIGGER fulfilment_orders_count_moved AFTER UPDATE ON fulfilment_orders
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_dispatch();

-- ------------------------------------------------------------------ simulations

CREATE TABLE simulations (
    id           uuid PRIMARY KEY,
    rule_set_id  uuid NOT NULL REFERENCES rule_sets (id) ON DELETE CASCADE,  -- with a draft that is thrown away
    from_at      timestamptz NOT NULL,
    to_at        timestamptz NOT NULL,
    state        text NOT NULL CONSTRAINT simulations_state_known CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'FAILED')),
    done         double precision NOT NULL DEFAULT 0 CONSTRAINT simulations_done_is_a_share CHECK (done BETWEEN 0 AND 1),
    report       jsonb,
    error        text,
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL,
    ended_at     timestamptz,
    CONSTRAINT simulations_span_is_positive CHECK (from_at < to_at),
    CONSTRAINT simulations_reported_when_done CHECK ((state = 'DONE') = (report IS NOT NULL)),
    CONSTRAINT simulations_ended_when_ended CHECK ((state IN ('DONE', 'FAILED')) = (ended_at IS NOT NULL))
);
CREATE INDEX simulations_by_created ON simulations (created_at, id);
CREATE INDEX simulations_by_rule_set ON simulations (rule_set_id);

-- Orders that would have left from elsewhere.
CREATE TABLE simulation_changes (
    simulation_id uuid NOT NULL REFERENCES simulations (id) ON DELETE CASCADE,
    order_id      uuid NOT NULL REFERENCES orders (id),
    was           jsonb NOT NULL,
    would_be      jsonb NOT NULL,
    saved_minor   bigint NOT NULL,
    CONSTRAINT simulation_changes_pkey PRIMARY KEY (simulation_id, order_id)
);
CREATE INDEX simulation_changes_by_saving ON simulation_changes (simulation_id, saved_minor DESC, order_id);
CREATE INDEX simulation_changes_by_order ON simulation_changes (order_id);
