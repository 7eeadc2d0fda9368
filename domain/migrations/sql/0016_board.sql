-- The board: what happened by channel and minute, counted from the feed; and an index for parcels that will be late.
CREATE TABLE board_minutes (
    channel_id uuid NOT NULL REFERENCES channels (id),
    minute     timestamptz NOT NULL CONSTRAINT board_minutes_whole CHECK (extract(second FROM minute) = 0),
    placed     integer NOT NULL,
    sourced    integer NOT NULL,                -- decisions that promised something
    shipped    integer NOT NULL,                -- fulfilment orders, as are delivered
    delivered  integer NOT NULL,
    cancelled  integer NOT NULL,
    CONSTRAINT board_minutes_pkey PRIMARY KEY (minute, channel_id),
    CONSTRAINT board_minutes_not_negative CHECK (least(placed, sourced, shipped, delivered, cancelled) >= 0)
) WITH (fillfactor = 80);
CREATE INDEX board_minutes_by_channel ON board_minutes (channel_id);

CREATE INDEX fulfilment_orders_late ON fulfilment_orders (created_at)
    WHERE late AND state IN ('OPEN', 'ON_HOLD', 'ACCEPTED', 'PICKING', 'PACKED');
