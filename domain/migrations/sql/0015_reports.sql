-- Roll-ups for reports: derived from orders, events and the ledger, and from nothing else. They have a schema of their
-- own, so that they can be built anew beside the ones in use and take their place by a rename.

CREATE SCHEMA reports;

-- A roll-up holds sums by blocks of time: so many `minutes` from `starts_at` on, aligned at 1970-01-01 UTC. Longer blocks
-- are whole numbers of shorter ones, so any span of any time zone, quarters of an hour being the least, is a few blocks.

-- What each order was counted for: the difference to what it is now is what a change adds or takes back.
CREATE TABLE reports.orders (
    order_id               uuid PRIMARY KEY,
    quarter                timestamptz NOT NULL,  -- of an hour, in which it was placed
    channel_id             uuid NOT NULL,
    currency               text NOT NULL,
    country_code           text NOT NULL,
    area                   text NOT NULL,          -- the region of the address, else how its postcode begins
    units                  bigint NOT NULL,
    gross_minor            bigint NOT NULL,
    platform_minor         bigint NOT NULL,        -- discounts: the platform's, the merchant's
    merchant_minor         bigint NOT NULL,
    shipping_minor         bigint NOT NULL,
    tax_minor              bigint NOT NULL,
    cancelled_units        bigint NOT NULL,
    cancelled_minor        bigint NOT NULL,        -- what they were sold for, after discounts
    cancelled              smallint NOT NULL,      -- these are 0 or 1: nothing is left of it
    backordered            smallint NOT NULL,      -- units had to wait for stock
    oversold               smallint NOT NULL,      -- units were cancelled because there were none
    promised               smallint NOT NULL,
    promise_missed         smallint NOT NULL,      -- its last unit arrived after the promise
    line_variant_ids       uuid[] NOT NULL,        -- and line by line
    line_units             bigint[] NOT NULL,
    line_gross_minor       bigint[] NOT NULL,
    line_platform_minor    bigint[] NOT NULL,
    line_merchant_minor    bigint[] NOT NULL,
    line_cancelled_units   bigint[] NOT NULL,
    line_cancelled_minor   bigint[] NOT NULL,
    shipments              integer NOT NULL DEFAULT 0   -- how many of its shipments are counted
) WITH (fillfactor = 90);
CREATE INDEX ON reports.orders USING brin (quarter);

CREATE TABLE reports.sales (
    minutes         integer NOT NULL,
    starts_at       timestamptz NOT NULL,
    channel_id      uuid NOT NULL,
    currency        text NOT NULL,
    orders          bigint NOT NULL,
    units           bigint NOT NULL,
    gross_minor     bigint NOT NULL,
    platform_minor  bigint NOT NULL,
    merchant_minor  bigint NOT NULL,
    shipping_minor  bigint NOT NULL,
    tax_minor       bigint NOT NULL,
    cancelled_units bigint NOT NULL,
    cancelled_minor bigint NOT NULL,
    cancelled       bigint NOT NULL,
    backordered     bigint NOT NULL,
    oversold        bigint NOT NULL,
    promised        bigint NOT NULL,
    promise_missed  bigint NOT NULL,
    net_minor       bigint NOT NULL GENERATED ALWAYS AS (gross_minor - platform_minor - merchant_minor - cancelled_minor) STORED,
    PRIMARY KEY (minutes, starts_at, channel_id, currency)
) WITH (fillfactor = 70);

CREATE TABLE reports.regional_sales (
    minutes         integer NOT NULL,
    starts_at       timestamptz NOT NULL,
    channel_id      uuid NOT NULL,
    currency        text NOT NULL,
    country_code    text NOT NULL,
    area            text NOT NULL,
    orders          bigint NOT NULL,
    units           bigint NOT NULL,
    gross_minor     bigint NOT NULL,
    platform_minor  bigint NOT NULL,
    merchant_minor  bigint NOT NULL,
    cancelled_units bigint NOT NULL,
    cancelled_minor bigint NOT NULL,
    cancelled       bigint NOT NULL,
    net_minor       bigint NOT NULL GENERATED ALWAYS AS (gross_minor - platform_minor - merchant_minor - cancelled_minor) STORED,
    PRIMARY KEY (minutes, starts_at, channel_id, currency, country_code, area)
) WITH (fillfactor = 80);

-- The channel zero is all of them together: most who ask for SKUs ask for no channel.
CREATE TABLE reports.variant_sales (
    minutes         integer NOT NULL,
    starts_at       timestamptz NOT NULL,
    channel_id      uuid NOT NULL,
    currency        text NOT NULL,
    variant_id      uuid NOT NULL,
    orders          bigint NOT NULL,              -- in which it was: an order has a SKU once
    units           bigint NOT NULL,
    gross_minor     bigint NOT NULL,
    platform_minor  bigint NOT NULL,
    merchant_minor  bigint NOT NULL,
    cancelled_units bigint NOT NULL,
    cancelled_minor bigint NOT NULL,
    net_minor       bigint NOT NULL GENERATED ALWAYS AS (gross_minor - platform_minor - merchant_minor - cancelled_minor) STORED,
    PRIMARY KEY (minutes, starts_at, channel_id, currency, variant_id)
) WITH (fillfactor = 80);

-- By when parcels left. Costs are in the currency in which costs are counted.
CREATE TABLE reports.shipments (
    minutes      integer NOT NULL,
    starts_at    timestamptz NOT NULL,
    warehouse_id uuid NOT NULL,
    channel_id   uuid NOT NULL,
    currency     text NOT NULL,
    parcels      bigint NOT NULL,
    orders       bigint NOT NULL,                 -- whose first parcel it was
    split_orders bigint NOT NULL,                 -- whose second parcel it was
    units        bigint NOT NULL,
    cost_minor   bigint NOT NULL,
    weight_g     bigint NOT NULL,
    distance_m   bigint NOT NULL,
    measured     bigint NOT NULL,                 -- parcels whose distance is known
    planned      bigint NOT NULL,                 -- parcels that had a day to leave
    late         bigint NOT NULL,                 -- of these, those that left after it
    PRIMARY KEY (minutes, starts_at, warehouse_id, channel_id, currency)
) WITH (fillfactor = 70);

-- Minutes from order to shipment as a histogram: bucket i holds (1.05^(i-1), 1.05^i] minutes.
CREATE TABLE reports.lead_times (
    minutes      integer NOT NULL,
    starts_at    timestamptz NOT NULL,
    warehouse_id uuid NOT NULL,
    channel_id   uuid NOT NULL,
    bucket       smallint NOT NULL,
    parcels      bigint NOT NULL,
    PRIMARY KEY (minutes, starts_at, warehouse_id, channel_id, bucket)
) WITH (fillfactor = 80);

-- How far the ledger of each level is counted.
CREATE TABLE reports.levels (
    variant_id   uuid NOT NULL,
    warehouse_id uuid NOT NULL,
    version      bigint NOT NULL,
    on_hand      bigint NOT NULL,
    free         bigint NOT NULL,                 -- neither allocated, nor held, nor unsellable
    PRIMARY KEY (variant_id, warehouse_id)
) WITH (fillfactor = 70);

-- The warehouse zero is all of them together.
CREATE TABLE reports.stock_moves (
    minutes      integer NOT NULL,
    starts_at    timestamptz NOT NULL,
    variant_id   uuid NOT NULL,
    warehouse_id uuid NOT NULL,
    received     bigint NOT NULL,                 -- units that came, not by a transfer
    shipped      bigint NOT NULL,
    lost         bigint NOT NULL,                 -- units that went otherwise, not by a transfer
    transferred  bigint NOT NULL,                 -- in, less out
    unit_seconds bigint NOT NULL,                 -- on hand within the block, beyond what its start had
    PRIMARY KEY (minutes, starts_at, warehouse_id, variant_id)
) WITH (fillfactor = 80);

-- Spans in which a warehouse that had a variant had none of it to sell.
CREATE TABLE reports.stock_outs (
    variant_id   uuid NOT NULL,
    warehouse_id uuid NOT NULL,
    version      bigint NOT NULL,                 -- the ledger's, by which it began
    began_at     timestamptz NOT NULL,
    ended_at     timestamptz,                     -- NULL: not yet
    PRIMARY KEY (variant_id, warehouse_id, version)
);
CREATE INDEX ON reports.stock_outs (variant_id, warehouse_id) WHERE ended_at IS NULL;

-- How far roll-ups that are being built have come; the ones in use have no row.
CREATE TABLE reports.building (
    only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    orders_after  uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    orders_done   bigint NOT NULL DEFAULT 0,
    orders_total  bigint NOT NULL,
    entries_after bigint NOT NULL DEFAULT 0,
    entries_total bigint NOT NULL
);

-- They follow the feed from its beginning; where that is pruned already, they are built anew.
INSERT INTO feed_consumers (name, position) VALUES ('reports', 0);

-- What a unit costs us, where that is known: what margins are computed with.
ALTER TABLE variants
    ADD COLUMN unit_cost_minor bigint CONSTRAINT variants_unit_cost_not_negative CHECK (unit_cost_minor >= 0),
    ADD COLUMN unit_cost_currency text CONSTRAINT variants_unit_cost_currency_form CHECK (unit_cost_currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT variants_unit_cost_has_a_currency CHECK ((unit_cost_minor IS NULL) = (unit_cost_currency IS NULL));
