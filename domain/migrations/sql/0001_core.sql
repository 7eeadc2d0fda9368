-- The core of Forebay: catalogue, channels, warehouses, stock, orders, sourcing, fulfilment,
-- events, jobs, keys. Conventions: money in minor units, quantities in units, weight in grams,
-- time in UTC; every CHECK has a name, which refusals and guard tests refer to.

-- ------------------------------------------------------------------ access

CREATE TABLE api_keys (
    id          uuid PRIMARY KEY,
    name        text NOT NULL CONSTRAINT api_keys_name_length CHECK (length(name) BETWEEN 1 AND 200),
    prefix      text NOT NULL CONSTRAINT api_keys_prefix_unique UNIQUE,
    digest      bytea NOT NULL,
    scopes      text[] NOT NULL,
    channel_ids uuid[],                        -- NULL: every channel
    created_at  timestamptz NOT NULL,
    revoked_at  timestamptz
);

CREATE TABLE idempotency_records (
    key_id       uuid NOT NULL,                -- whose key: two partners may choose the same string
    operation    text NOT NULL,
    key          text NOT NULL,
    request_hash bytea NOT NULL,
    result       jsonb NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT idempotency_records_pkey PRIMARY KEY (key_id, operation, key)
);
CREATE INDEX idempotency_records_by_age ON idempotency_records (created_at);

-- ------------------------------------------------------------------ catalogue

CREATE TABLE products (
    id         uuid PRIMARY KEY,
    code       text NOT NULL CONSTRAINT products_code_unique UNIQUE,
    name       text NOT NULL,
    brand      text NOT NULL DEFAULT '',
    category   text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL
);

CREATE TABLE variants (
    id         uuid PRIMARY KEY,
    product_id uuid NOT NULL REFERENCES products (id),
    sku        text NOT NULL CONSTRAINT variants_sku_unique UNIQUE
               CONSTRAINT variants_sku_length CHECK (length(sku) BETWEEN 1 AND 100),
    name       text NOT NULL,
    barcode    text,
    weight_g   integer NOT NULL CONSTRAINT variants_weight_not_negative CHECK (weight_g >= 0),
    created_at timestamptz NOT NULL
);
CREATE INDEX variants_by_product ON variants (product_id);

-- ------------------------------------------------------------------ warehouses and channels

CREATE TABLE warehouses (
    id             uuid PRIMARY KEY,
    code           text NOT NULL CONSTRAINT warehouses_code_unique UNIQUE
                   CONSTRAINT warehouses_code_form CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name           text NOT NULL,
    country_code   text NOT NULL CONSTRAINT warehouses_country_form CHECK (country_code ~ '^[A-Z]{2}$'),
    city           text NOT NULL DEFAULT '',
    postcode       text NOT NULL DEFAULT '',
    latitude       double precision NOT NULL CONSTRAINT warehouses_latitude_range CHECK (latitude BETWEEN -90 AND 90),
    longitude      double precision NOT NULL CONSTRAINT warehouses_longitude_range CHECK (longitude BETWEEN -180 AND 180),
    timezone       text NOT NULL,
    cutoff_minute  smallint NOT NULL CONSTRAINT warehouses_cutoff_range CHECK (cutoff_minute BETWEEN 0 AND 1439),
    daily_capacity integer CONSTRAINT warehouses_capacity_positive CHECK (daily_capacity > 0),  -- NULL: unlimited
    shipment_minor bigint NOT NULL CONSTRAINT warehouses_shipment_not_negative CHECK (shipment_minor >= 0),
    kg_minor       bigint NOT NULL CONSTRAINT warehouses_kg_not_negative CHECK (kg_minor >= 0),
    km_millis      bigint NOT NULL CONSTRAINT warehouses_km_not_negative CHECK (km_millis >= 0),
    priority       smallint NOT NULL DEFAULT 0,
    active         boolean NOT NULL DEFAULT true,
    created_at     timestamptz NOT NULL
);

CREATE TABLE channels (
    id             uuid PRIMARY KEY,
    code           text NOT NULL CONSTRAINT channels_code_unique UNIQUE
                   CONSTRAINT channels_code_form CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name           text NOT NULL,
    kind           text NOT NULL CONSTRAINT channels_kind_known
                   CHECK (kind IN ('ONLINE_STORE', 'POS', 'MARKETPLACE', 'SOCIAL', 'B2B')),
    platform       text NOT NULL DEFAULT 'generic',
    currency       text NOT NULL CONSTRAINT channels_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
    timezone       text NOT NULL,
    priority       smallint NOT NULL DEFAULT 0,
    stock_share_bp integer NOT NULL DEFAULT 10000
                   CONSTRAINT channels_share_range CHECK (stock_share_bp BETWEEN 0 AND 10000),
    stock_buffer   integer NOT NULL DEFAULT 0 CONSTRAINT channels_buffer_not_negative CHECK (stock_buffer >= 0),
    active         boolean NOT NULL DEFAULT true,
    created_at     timestamptz NOT NULL
);

-- The warehouses a channel may sell from; a channel without a row sells from all of them.
CREATE TABLE channel_warehouses (
    channel_id   uuid NOT NULL REFERENCES channels (id),
    warehouse_id uuid NOT NULL REFERENCES warehouses (id),
    CONSTRAINT channel_warehouses_pkey PRIMARY KEY (channel_id, warehouse_id)
);
CREATE INDEX channel_warehouses_by_warehouse ON channel_warehouses (warehouse_id);

-- ------------------------------------------------------------------ stock

CREATE TABLE stock_levels (
    variant_id   uuid NOT NULL REFERENCES variants (id),
    warehouse_id uuid NOT NULL REFERENCES warehouses (id),
    on_hand      bigint NOT NULL DEFAULT 0,
    allocated    bigint NOT NULL DEFAULT 0 CONSTRAINT stock_levels_allocated_not_negative CHECK (allocated >= 0),
    held         bigint NOT NULL DEFAULT 0 CONSTRAINT stock_levels_held_not_negative CHECK (held >= 0),
    unsellable   bigint NOT NULL DEFAULT 0 CONSTRAINT stock_levels_unsellable_not_negative CHECK (unsellable >= 0),
    incoming     bigint NOT NULL DEFAULT 0 CONSTRAINT stock_levels_incoming_not_negative CHECK (incoming >= 0),
    safety       bigint NOT NULL DEFAULT 0 CONSTRAINT stock_levels_safety_not_negative CHECK (safety >= 0),
    version      bigint NOT NULL DEFAULT 0,    -- number of ledger rows of this level
    CONSTRAINT stock_levels_pkey PRIMARY KEY (variant_id, warehouse_id),
    CONSTRAINT stock_levels_nothing_oversold CHECK (allocated + held + unsellable <= on_hand)
) WITH (fillfactor = 80);                      -- hot rows stay on their page (HOT updates)
CREATE INDEX stock_levels_by_warehouse ON stock_levels (warehouse_id, variant_id);

-- The ledger: one row for each change of a level. A level is the sum of its entries.
CREATE TABLE stock_entries (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variant_id    uuid NOT NULL,
    warehouse_id  uuid NOT NULL,
    version       bigint NOT NULL,             -- gapless per level
    on_hand       bigint NOT NULL DEFAULT 0,   -- these five are deltas
    allocated     bigint NOT NULL DEFAULT 0,
    held          bigint NOT NULL DEFAULT 0,
    unsellable    bigint NOT NULL DEFAULT 0,
    incoming      bigint NOT NULL DEFAULT 0,
    reason        text NOT NULL,
    document_kind text NOT NULL,               -- ORDER, HOLD, TRANSFER, FULFILMENT_ORDER, MANUAL ...
    document_id   uuid,
    note          text NOT NULL DEFAULT '',
    actor         text NOT NULL,
    at            timestamptz NOT NULL,
    xid           xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT stock_entries_version_unique UNIQUE (variant_id, warehouse_id, version),
    CONSTRAINT stock_entries_level_exists FOREIGN KEY (variant_id, warehouse_id) REFERENCES stock_levels,
    CONSTRAINT stock_entries_change_something CHECK ((on_hand, allocated, held, unsellable, incoming) <> (0, 0, 0, 0, 0))
);
CREATE INDEX stock_entries_by_variant ON stock_entries (variant_id, id);
CREATE INDEX stock_entries_by_xid ON stock_entries (xid, id);
CREATE INDEX stock_entries_by_time ON stock_entries USING brin (at);

CREATE TABLE holds (
    id           uuid PRIMARY KEY,
    variant_id   uuid NOT NULL,
    warehouse_id uuid NOT NULL,
    quantity     bigint NOT NULL CONSTRAINT holds_quantity_positive CHECK (quantity > 0),
    reference    text NOT NULL DEFAULT '',
    state        text NOT NULL CONSTRAINT holds_state_known CHECK (state IN ('ACTIVE', 'RELEASED', 'EXPIRED')),
    expires_at   timestamptz,                  -- NULL: until released
    created_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    actor        text NOT NULL,
    CONSTRAINT holds_level_exists FOREIGN KEY (variant_id, warehouse_id) REFERENCES stock_levels,
    CONSTRAINT holds_ended_when_not_active CHECK ((state = 'ACTIVE') = (ended_at IS NULL))
);
CREATE INDEX holds_by_level ON holds (variant_id, warehouse_id) WHERE state = 'ACTIVE';
CREATE INDEX holds_by_expiry ON holds (expires_at) WHERE state = 'ACTIVE';

CREATE TABLE transfers (
    id                uuid PRIMARY KEY,
    variant_id        uuid NOT NULL REFERENCES variants (id),
    from_warehouse_id uuid NOT NULL REFERENCES warehouses (id),
    to_warehouse_id   uuid NOT NULL REFERENCES warehouses (id),
    quantity          bigint NOT NULL CONSTRAINT transfers_quantity_positive CHECK (quantity > 0),
    state             text NOT NULL CONSTRAINT transfers_state_known CHECK (state IN ('IN_TRANSIT', 'RECEIVED')),
    sent_at           timestamptz NOT NULL,
    received_at       timestamptz,
    actor             text NOT NULL,
    CONSTRAINT transfers_go_somewhere CHECK (from_warehouse_id <> to_warehouse_id),
    CONSTRAINT transfers_received_when_received CHECK ((state = 'RECEIVED') = (received_at IS NOT NULL))
);
CREATE INDEX transfers_in_transit ON transfers (to_warehouse_id, variant_id) WHERE state = 'IN_TRANSIT';

-- ------------------------------------------------------------------ orders

CREATE TABLE orders (
    id                      uuid PRIMARY KEY,
    number                  bigint GENERATED ALWAYS AS IDENTITY (START WITH 100001)
                            CONSTRAINT orders_number_unique UNIQUE,
    channel_id              uuid NOT NULL REFERENCES channels (id),
    external_reference      text NOT NULL
                            CONSTRAINT orders_reference_length CHECK (length(external_reference) BETWEEN 1 AND 200),
    content_hash            bytea NOT NULL,    -- of the request: the same reference with other content is refused
    customer_reference      text NOT NULL DEFAULT '',
    ship_to                 jsonb NOT NULL,
    latitude                double precision,
    longitude               double precision,
    currency                text NOT NULL CONSTRAINT orders_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
    subtotal_minor          bigint NOT NULL,
    platform_discount_minor bigint NOT NULL CONSTRAINT orders_platform_discount_not_negative CHECK (platform_discount_minor >= 0),
    merchant_discount_minor bigint NOT NULL CONSTRAINT orders_merchant_discount_not_negative CHECK (merchant_discount_minor >= 0),
    shipping_minor          bigint NOT NULL CONSTRAINT orders_shipping_not_negative CHECK (shipping_minor >= 0),
    tax_minor               bigint NOT NULL CONSTRAINT orders_tax_not_negative CHECK (tax_minor >= 0),
    total_minor             bigint NOT NULL GENERATED ALWAYS AS
                            (subtotal_minor - platform_discount_minor - merchant_discount_minor + shipping_minor + tax_minor) STORED
                            CONSTRAINT orders_total_not_negative CHECK (total_minor >= 0),
    priority                smallint NOT NULL CONSTRAINT orders_priority_range CHECK (priority BETWEEN 0 AND 2),
    stock_policy            text NOT NULL CONSTRAINT orders_stock_policy_known CHECK (stock_policy IN ('REQUIRE', 'BACKORDER')),
    split_policy            text NOT NULL CONSTRAINT orders_split_policy_known
                            CHECK (split_policy IN ('SINGLE_SHIPMENT', 'SHIP_COMPLETE', 'PARTIAL_ALLOWED')),
    max_shipments           smallint NOT NULL CONSTRAINT orders_max_shipments_range CHECK (max_shipments BETWEEN 1 AND 10),
    placed_at               timestamptz NOT NULL,
    promised_by             timestamptz,
    taken_in_at             timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL,
    state                   text NOT NULL CONSTRAINT orders_state_known CHECK (state IN ('OPEN', 'CANCELLED', 'COMPLETED')),
    -- where the order stands with sourcing; WAITING orders are what the allocation worker takes
    sourcing                text NOT NULL CONSTRAINT orders_sourcing_known
                            CHECK (sourcing IN ('WAITING', 'ON_HOLD', 'BACKORDERED', 'SOURCED', 'NONE')),
    units                   bigint NOT NULL CONSTRAINT orders_units_positive CHECK (units > 0),
    units_cancelled         bigint NOT NULL DEFAULT 0 CONSTRAINT orders_cancelled_not_negative CHECK (units_cancelled >= 0),
    units_allocated         bigint NOT NULL DEFAULT 0 CONSTRAINT orders_allocated_not_negative CHECK (units_allocated >= 0),
    units_shipped           bigint NOT NULL DEFAULT 0 CONSTRAINT orders_shipped_not_negative CHECK (units_shipped >= 0),
    units_delivered         bigint NOT NULL DEFAULT 0 CONSTRAINT orders_delivered_not_negative CHECK (units_delivered >= 0),
    allocation_status       text NOT NULL GENERATED ALWAYS AS (CASE
                                WHEN units = units_cancelled THEN 'NOT_NEEDED'
                                WHEN units_allocated + units_shipped = 0 THEN 'UNALLOCATED'
                                WHEN units_allocated + units_shipped < units - units_cancelled THEN 'PARTLY_ALLOCATED'
                                ELSE 'ALLOCATED' END) STORED,
    fulfilment_status       text NOT NULL GENERATED ALWAYS AS (CASE
                                WHEN units = units_cancelled THEN 'CANCELLED'
                                WHEN units_delivered = units - units_cancelled THEN 'DELIVERED'
                                WHEN units_shipped = units - units_cancelled THEN 'SHIPPED'
                                WHEN units_shipped > 0 THEN 'PARTLY_SHIPPED'
                                ELSE 'UNFULFILLED' END) STORED,
    version                 bigint NOT NULL,   -- number of its events
    CONSTRAINT orders_reference_unique UNIQUE (channel_id, external_reference),
    CONSTRAINT orders_units_add_up CHECK (units_cancelled + units_allocated + units_shipped <= units),
    CONSTRAINT orders_delivered_were_shipped CHECK (units_delivered <= units_shipped)
) WITH (fillfactor = 85);
CREATE INDEX orders_by_placed ON orders (placed_at, id);
CREATE INDEX orders_by_channel ON orders (channel_id, placed_at, id);
CREATE INDEX orders_by_customer ON orders (customer_reference text_pattern_ops, placed_at, id) WHERE customer_reference <> '';
CREATE INDEX orders_by_reference ON orders (external_reference text_pattern_ops);
CREATE INDEX orders_waiting ON orders (priority DESC, placed_at, id) WHERE sourcing = 'WAITING';
-- lists by a standing that few orders have must not walk through all the others
CREATE INDEX orders_by_state ON orders (state, placed_at, id);
CREATE INDEX orders_by_sourcing ON orders (sourcing, placed_at, id);
CREATE INDEX orders_by_allocation ON orders (allocation_status, placed_at, id);
CREATE INDEX orders_by_fulfilment ON orders (fulfilment_status, placed_at, id);
CREATE INDEX orders_by_priority ON orders (priority, placed_at, id) WHERE priority > 0;  -- above NORMAL
CREATE INDEX orders_by_promise ON orders (promised_by, placed_at, id) WHERE promised_by IS NOT NULL;

CREATE TABLE order_lines (
    id                      uuid PRIMARY KEY,
    order_id                uuid NOT NULL REFERENCES orders (id),
    position                smallint NOT NULL CONSTRAINT order_lines_position_positive CHECK (position > 0),
    variant_id              uuid NOT NULL REFERENCES variants (id),
    sku                     text NOT NULL,     -- as it was when ordered
    name                    text NOT NULL,
    quantity                integer NOT NULL CONSTRAINT order_lines_quantity_positive CHECK (quantity > 0),
    unit_price_minor        bigint NOT NULL CONSTRAINT order_lines_price_not_negative CHECK (unit_price_minor >= 0),
    platform_discount_minor bigint NOT NULL DEFAULT 0 CONSTRAINT order_lines_platform_discount_not_negative CHECK (platform_discount_minor >= 0),
    merchant_discount_minor bigint NOT NULL DEFAULT 0 CONSTRAINT order_lines_merchant_discount_not_negative CHECK (merchant_discount_minor >= 0),
    tax_minor               bigint NOT NULL DEFAULT 0 CONSTRAINT order_lines_tax_not_negative CHECK (tax_minor >= 0),
    cancelled               integer NOT NULL DEFAULT 0 CONSTRAINT order_lines_cancelled_not_negative CHECK (cancelled >= 0),
    allocated               integer NOT NULL DEFAULT 0 CONSTRAINT order_lines_allocated_not_negative CHECK (allocated >= 0),
    shipped                 integer NOT NULL DEFAULT 0 CONSTRAINT order_lines_shipped_not_negative CHECK (shipped >= 0),
    delivered               integer NOT NULL DEFAULT 0 CONSTRAINT order_lines_delivered_not_negative CHECK (delivered >= 0),
    -- demand without stock: what neither is cancelled, nor allocated, nor shipped
    open_units              integer NOT NULL GENERATED ALWAYS AS (quantity - cancelled - allocated - shipped) STORED,
    CONSTRAINT order_lines_position_unique UNIQUE (order_id, position),
    CONSTRAINT order_lines_units_add_up CHECK (cancelled + allocated + shipped <= quantity),
    CONSTRAINT order_lines_delivered_were_shipped CHECK (delivered <= shipped),
    CONSTRAINT order_lines_discount_within_price
        CHECK (platform_discount_minor + merchant_discount_minor <= unit_price_minor * quantity)
) WITH (fillfactor = 85);
CREATE INDEX order_lines_open_by_variant ON order_lines (variant_id, order_id) WHERE quantity > cancelled + allocated + shipped;
CREATE INDEX order_lines_by_sku ON order_lines (sku text_pattern_ops, order_id);

-- Units of a REQUIRE order that were allocated at intake, before a worker has sourced the order.
CREATE TABLE reservations (
    order_line_id uuid NOT NULL REFERENCES order_lines (id),
    warehouse_id  uuid NOT NULL,
    order_id      uuid NOT NULL REFERENCES orders (id),
    variant_id    uuid NOT NULL,
    quantity      integer NOT NULL CONSTRAINT reservations_quantity_positive CHECK (quantity > 0),
    CONSTRAINT reservations_pkey PRIMARY KEY (order_line_id, warehouse_id),
    CONSTRAINT reservations_level_exists FOREIGN KEY (variant_id, warehouse_id) REFERENCES stock_levels
);
CREATE INDEX reservations_by_order ON reservations (order_id);
CREATE INDEX reservations_by_level ON reservations (variant_id, warehouse_id);

CREATE TABLE order_holds (
    id          uuid PRIMARY KEY,
    order_id    uuid NOT NULL REFERENCES orders (id),
    reason      text NOT NULL CONSTRAINT order_holds_reason_known
                CHECK (reason IN ('PAYMENT', 'FRAUD', 'ADDRESS', 'CUSTOMER_REQUEST', 'STOCK', 'OTHER')),
    note        text NOT NULL DEFAULT '',
    placed_at   timestamptz NOT NULL,
    placed_by   text NOT NULL,
    released_at timestamptz,
    released_by text
);
CREATE INDEX order_holds_by_order ON order_holds (order_id);
CREATE UNIQUE INDEX order_holds_one_active_a_reason ON order_holds (order_id, reason) WHERE released_at IS NULL;

-- ------------------------------------------------------------------ sourcing

CREATE TABLE sourcing_decisions (
    id          uuid PRIMARY KEY,
    order_id    uuid NOT NULL REFERENCES orders (id),
    at          timestamptz NOT NULL,
    policy      text NOT NULL,                 -- name and version of the rules that decided
    outcome     text NOT NULL CONSTRAINT sourcing_decisions_outcome_known
                CHECK (outcome IN ('SOURCED', 'PARTLY_SOURCED', 'BACKORDERED')),
    currency    text NOT NULL,
    cost_minor  bigint NOT NULL,
    shipments   smallint NOT NULL,
    explanation text NOT NULL,
    detail      jsonb NOT NULL,                -- chosen shipments, unfilled lines, candidates with cost terms
    input_hash  text NOT NULL
);
CREATE INDEX sourcing_decisions_by_order ON sourcing_decisions (order_id, at, id);

-- Warehouses that may not be tried again for an order, with the reason they gave.
CREATE TABLE sourcing_exclusions (
    order_id     uuid NOT NULL REFERENCES orders (id),
    warehouse_id uuid NOT NULL REFERENCES warehouses (id),
    reason       text NOT NULL,
    at           timestamptz NOT NULL,
    CONSTRAINT sourcing_exclusions_pkey PRIMARY KEY (order_id, warehouse_id)
);
CREATE INDEX sourcing_exclusions_by_warehouse ON sourcing_exclusions (warehouse_id);

-- ------------------------------------------------------------------ fulfilment

CREATE TABLE fulfilment_orders (
    id              uuid PRIMARY KEY,
    order_id        uuid NOT NULL REFERENCES orders (id),
    warehouse_id    uuid NOT NULL REFERENCES warehouses (id),
    decision_id     uuid NOT NULL REFERENCES sourcing_decisions (id),
    state           text NOT NULL CONSTRAINT fulfilment_orders_state_known CHECK (state IN
                    ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED', 'SHIPPED', 'DELIVERED', 'REJECTED', 'CANCELLED')),
    currency        text NOT NULL,
    cost_minor      bigint NOT NULL CONSTRAINT fulfilment_orders_cost_not_negative CHECK (cost_minor >= 0),
    distance_km     double precision,
    weight_g        bigint NOT NULL,
    carrier         text,
    tracking_number text,
    reject_reason   text,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    shipped_at      timestamptz,
    delivered_at    timestamptz,
    CONSTRAINT fulfilment_orders_shipped_when_shipped
        CHECK ((state IN ('SHIPPED', 'DELIVERED')) = (shipped_at IS NOT NULL)),
    CONSTRAINT fulfilment_orders_delivered_when_delivered
        CHECK ((state = 'DELIVERED') = (delivered_at IS NOT NULL))
) WITH (fillfactor = 85);
CREATE INDEX fulfilment_orders_by_order ON fulfilment_orders (order_id);
CREATE INDEX fulfilment_orders_by_warehouse ON fulfilment_orders (warehouse_id, state, created_at, id);
CREATE INDEX fulfilment_orders_by_created ON fulfilment_orders (created_at, id);
CREATE INDEX fulfilment_orders_by_state ON fulfilment_orders (state, created_at, id);
CREATE INDEX fulfilment_orders_by_decision ON fulfilment_orders (decision_id);

CREATE TABLE fulfilment_order_lines (
    fulfilment_order_id uuid NOT NULL REFERENCES fulfilment_orders (id),
    order_line_id       uuid NOT NULL REFERENCES order_lines (id),
    variant_id          uuid NOT NULL,
    quantity            integer NOT NULL CONSTRAINT fulfilment_order_lines_quantity_positive CHECK (quantity > 0),
    CONSTRAINT fulfilment_order_lines_pkey PRIMARY KEY (fulfilment_order_id, order_line_id)
);
CREATE INDEX fulfilment_order_lines_by_order_line ON fulfilment_order_lines (order_line_id);
CREATE INDEX fulfilment_order_lines_by_variant ON fulfilment_order_lines (variant_id);

-- ------------------------------------------------------------------ events and their feed

CREATE TABLE events (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject_id uuid NOT NULL,                  -- the order
    version    bigint NOT NULL,                -- gapless per subject
    kind       text NOT NULL,
    payload    jsonb NOT NULL,
    actor      text NOT NULL,
    at         timestamptz NOT NULL,
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT events_version_unique UNIQUE (subject_id, version)
);
CREATE INDEX events_by_xid ON events (xid, id);

-- The order in which the world hears of committed changes: order events and ledger entries in
-- one sequence, written by the relay alone.
CREATE TABLE feed (
    position bigint PRIMARY KEY,
    source   smallint NOT NULL CONSTRAINT feed_source_known CHECK (source IN (1, 2)),  -- 1 events, 2 stock_entries
    row_id   bigint NOT NULL,
    fed_at   timestamptz NOT NULL,
    CONSTRAINT feed_row_once UNIQUE (source, row_id)
);
CREATE INDEX feed_by_age ON feed (fed_at);

CREATE TABLE feed_state (
    only_row      boolean PRIMARY KEY DEFAULT true CONSTRAINT feed_state_is_one_row CHECK (only_row),
    last_position bigint NOT NULL DEFAULT 0,
    expired_below bigint NOT NULL DEFAULT 0,   -- positions up to here are pruned
    fed_below     xid8 NOT NULL DEFAULT '0',   -- every row of a transaction below this has its position
    -- A restored database meets young transaction ids again. Rows up to these were announced, or
    -- written off, before the restore; their transaction ids mean nothing any more.
    events_above  bigint NOT NULL DEFAULT 0,
    entries_above bigint NOT NULL DEFAULT 0
);
INSERT INTO feed_state DEFAULT VALUES;

-- ------------------------------------------------------------------ jobs

CREATE TABLE jobs (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL,
    payload     jsonb NOT NULL,
    state       text NOT NULL CONSTRAINT jobs_state_known CHECK (state IN ('WAITING', 'RUNNING', 'DEAD')),
    epoch       integer NOT NULL DEFAULT 0,    -- rises with every claim; an older holder may not finish
    attempts    integer NOT NULL DEFAULT 0,
    run_after   timestamptz NOT NULL,
    pushed_at   timestamptz,                   -- when a worker was last woken for it
    lease_until timestamptz,
    last_error  text,
    created_at  timestamptz NOT NULL,
    CONSTRAINT jobs_leased_when_running CHECK ((state = 'RUNNING') = (lease_until IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX jobs_waiting ON jobs (run_after) WHERE state = 'WAITING';
CREATE INDEX jobs_waiting_by_kind ON jobs (kind, run_after) WHERE state = 'WAITING';
CREATE INDEX jobs_by_lease ON jobs (lease_until) WHERE state = 'RUNNING';
CREATE INDEX jobs_dead ON jobs (created_at) WHERE state = 'DEAD';

-- ------------------------------------------------------------------ what is written stays written

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER stock_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sourcing_decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sourcing_decisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
