-- What units and parcels are worth to orders to come, in minor units of the currency that costs are counted in.
-- Re-evaluations replace both tables as a whole; what does not stand here is worth nothing.

CREATE TABLE bid_prices (
    variant_id   uuid NOT NULL REFERENCES variants (id),
    warehouse_id uuid NOT NULL REFERENCES warehouses (id),
    minor        bigint NOT NULL CONSTRAINT bid_prices_minor_positive CHECK (minor > 0),  -- a unit
    computed_at  timestamptz NOT NULL,
    CONSTRAINT bid_prices_pkey PRIMARY KEY (variant_id, warehouse_id)
);
CREATE INDEX bid_prices_by_warehouse ON bid_prices (warehouse_id);

CREATE TABLE warehouse_bid_prices (
    warehouse_id uuid NOT NULL REFERENCES warehouses (id),
    minor        bigint NOT NULL CONSTRAINT warehouse_bid_prices_minor_positive CHECK (minor > 0),  -- a parcel
    computed_at  timestamptz NOT NULL,
    CONSTRAINT warehouse_bid_prices_pkey PRIMARY KEY (warehouse_id)
);
