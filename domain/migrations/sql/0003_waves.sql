-- Waves: fulfilment orders of one warehouse that are picked together; and a number for each parcel, short
-- enough to be read out, and printed as a barcode.

ALTER TABLE fulfilment_orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY (START WITH 1000001);
ALTER TABLE fulfilment_orders ADD CONSTRAINT fulfilment_orders_number_unique UNIQUE (number);

CREATE TABLE waves (
    id             uuid PRIMARY KEY,
    number         bigint NOT NULL GENERATED ALWAYS AS IDENTITY CONSTRAINT waves_number_unique UNIQUE,
    warehouse_id   uuid NOT NULL REFERENCES warehouses (id),
    state          text NOT NULL CONSTRAINT waves_state_known CHECK (state IN ('OPEN', 'RELEASED', 'COMPLETED', 'CANCELLED')),
    -- what its members were chosen by; NULL: any
    ship_by        date NOT NULL,
    sourced_before timestamptz,
    channel_ids    uuid[],
    priorities     smallint[],
    created_at     timestamptz NOT NULL,
    created_by     text NOT NULL,
    released_at    timestamptz,
    released_by    text,
    ended_at       timestamptz,
    ended_by       text,                       -- who cancelled it; NULL: its last parcel ended it
    CONSTRAINT waves_released_when_released
        CHECK (CASE state WHEN 'OPEN' THEN released_at IS NULL WHEN 'RELEASED' THEN released_at IS NOT NULL ELSE true END),
    CONSTRAINT waves_ended_when_ended CHECK ((state IN ('COMPLETED', 'CANCELLED')) = (ended_at IS NOT NULL))
);
CREATE INDEX waves_by_created ON waves (created_at, id);
CREATE INDEX waves_by_state ON waves (state, created_at, id);
CREATE INDEX waves_by_warehouse ON waves (warehouse_id, state, created_at, id);

-- Who is in a wave, and who was. Waves are filled when they are made and only get smaller.
CREATE TABLE wave_members (
    wave_id             uuid NOT NULL REFERENCES waves (id),
    fulfilment_order_id uuid NOT NULL REFERENCES fulfilment_orders (id),
    position            smallint NOT NULL CONSTRAINT wave_members_position_positive CHECK (position > 0),  -- its place on the cart
    left_at             timestamptz,
    left_because        text CONSTRAINT wave_members_left_because_known
                        CHECK (left_because IN ('REMOVED', 'WAVE_CANCELLED', 'NOT_PICKABLE')),
    left_by             text,
    CONSTRAINT wave_members_pkey PRIMARY KEY (wave_id, fulfilment_order_id),
    CONSTRAINT wave_members_position_unique UNIQUE (wave_id, position),
    CONSTRAINT wave_members_left_for_a_reason CHECK ((left_at IS NULL) = (left_because IS NULL) AND (left_at IS NULL) = (left_by IS NULL))
);
CREATE UNIQUE INDEX wave_members_one_wave_at_a_time ON wave_members (fulfilment_order_id) WHERE left_at IS NULL;

-- A wave ends with its last parcel: COMPLETED if it was picked or something of it was shipped, else CANCELLED. The
-- waves' rows are the very last lock, in id order: who waited for one sees in the next statement what rivals have
-- shipped meanwhile, so that the last one ends it.
CREATE FUNCTION end_waves(touched uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM waves WHERE id = ANY (touched) AND state IN ('OPEN', 'RELEASED') ORDER BY id FOR NO KEY UPDATE;
    UPDATE waves w SET ended_at = now(), state = CASE WHEN EXISTS (
        SELECT FROM wave_members m JOIN fulfilment_orders f ON f.id = m.fulfilment_order_id
        WHERE m.wave_id = w.id AND m.left_at IS NULL AND (w.state = 'RELEASED' OR f.state IN ('SHIPPED', 'DELIVERED'))
        ) THEN 'COMPLETED' ELSE 'CANCELLED' END
    WHERE id = ANY (touched) AND state IN ('OPEN', 'RELEASED') AND NOT EXISTS (
        SELECT FROM wave_members m JOIN fulfilment_orders f ON f.id = m.fulfilment_order_id
        WHERE m.wave_id = w.id AND m.left_at IS NULL
          AND f.state NOT IN ('SHIPPED', 'DELIVERED', 'REJECTED', 'CANCELLED'));
END $$;

CREATE FUNCTION end_waves_of_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched uuid[];
BEGIN
    SELECT array_agg(DISTINCT m.wave_id) INTO touched
    FROM now_rows n JOIN wave_members m ON m.fulfilment_order_id = n.id AND m.left_at IS NULL
    WHERE n.state IN ('SHIPPED', 'REJECTED', 'CANCELLED');
    IF touched IS NOT NULL THEN
        PERFORM end_waves(touched);
    END IF;
    RETURN NULL;
END $$;
-- after `fulfilment_orders_count_moved`, which locks days: triggers fire by name
CREATE TRIGGER fulfilment_orders_end_waves AFTER UPDATE ON fulfilment_orders
    REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION end_waves_of_gone();
