-- Orders in: what adapters are told of a channel, the credentials it is spoken to with, and what it sent.

-- ------------------------------------------------------------------ settings and credentials

ALTER TABLE channels
    ADD COLUMN settings         jsonb NOT NULL DEFAULT '{}'
        CONSTRAINT channels_settings_are_an_object CHECK (jsonb_typeof(settings) = 'object'),
    ADD COLUMN settings_version integer NOT NULL DEFAULT 1;   -- rises when the settings change

-- Sealed with AES-256-GCM; the associated data names format, channel and field, so that no value can be
-- put in another's place.
CREATE TABLE channel_credentials (
    channel_id uuid NOT NULL REFERENCES channels (id),
    name       text NOT NULL CONSTRAINT channel_credentials_name_length CHECK (length(name) BETWEEN 1 AND 200),
    key_id     text NOT NULL,                 -- of the key that it is sealed with
    nonce      bytea NOT NULL CONSTRAINT channel_credentials_nonce_length CHECK (octet_length(nonce) = 12),
    sealed     bytea NOT NULL,                -- ciphertext and tag
    set_at     timestamptz NOT NULL,
    set_by     text NOT NULL,
    CONSTRAINT channel_credentials_pkey PRIMARY KEY (channel_id, name)
);
CREATE INDEX channel_credentials_by_key ON channel_credentials (key_id);

-- ------------------------------------------------------------------ what platforms sent

-- Ids are UUIDv7 given at arrival: in their order messages are worked off and listed.
CREATE TABLE inbound_messages (
    id                  uuid PRIMARY KEY,
    channel_id          uuid NOT NULL REFERENCES channels (id),
    source              text NOT NULL CONSTRAINT inbound_messages_source_known
                        CHECK (source IN ('WEBHOOK', 'POLL', 'FETCH', 'UPLOAD')),
    topic               text NOT NULL,
    delivery_id         text,
    event_id            text,
    reference           text,                  -- the order's, as the platform calls it
    external_updated_at timestamptz,           -- when the platform changed what it tells
    sha256              bytea NOT NULL CONSTRAINT inbound_messages_sha256_length CHECK (octet_length(sha256) = 32),
    body                bytea NOT NULL,        -- as it came; the beginning of a refused one
    body_bytes          integer NOT NULL,      -- of the whole
    headers             jsonb NOT NULL,
    received_at         timestamptz NOT NULL,
    times_received      integer NOT NULL DEFAULT 1
                        CONSTRAINT inbound_messages_received_at_least_once CHECK (times_received > 0),
    last_received_at    timestamptz NOT NULL,
    outcome             text NOT NULL CONSTRAINT inbound_messages_outcome_known
                        CHECK (outcome IN ('RECEIVED', 'FETCHING', 'FETCHED', 'PLACED', 'UPDATED', 'CANCELLED',
                                           'DUPLICATE', 'STALE', 'IGNORED', 'FAILED', 'REFUSED')),
    outcome_at          timestamptz,
    mapping_version     text,                  -- of adapter and settings that read it
    order_id            uuid CONSTRAINT inbound_messages_order_exists REFERENCES orders (id),
    code                text,                  -- why it failed or was ignored
    field               text,
    detail              text,
    replays             integer NOT NULL DEFAULT 0,
    CONSTRAINT inbound_messages_body_is_whole CHECK (octet_length(body) = body_bytes OR outcome = 'REFUSED'),
    CONSTRAINT inbound_messages_read_when_done CHECK ((outcome = 'RECEIVED') = (outcome_at IS NULL))
);
-- The same delivery, the same event, or, where the platform names neither, the same bytes, are one message.
-- One event may be told under several topics, and only one of them may matter to us.
CREATE UNIQUE INDEX inbound_messages_one_a_delivery ON inbound_messages (channel_id, delivery_id)
    WHERE delivery_id IS NOT NULL AND outcome <> 'REFUSED';
CREATE UNIQUE INDEX inbound_messages_one_an_event ON inbound_messages (channel_id, topic, event_id)
    WHERE event_id IS NOT NULL AND outcome <> 'REFUSED';
CREATE UNIQUE INDEX inbound_messages_one_a_content ON inbound_messages (channel_id, topic, sha256)
    WHERE delivery_id IS NULL AND event_id IS NULL AND outcome <> 'REFUSED';
CREATE INDEX inbound_messages_waiting ON inbound_messages (channel_id, id) WHERE outcome = 'RECEIVED';
CREATE INDEX inbound_messages_fetching ON inbound_messages (channel_id, id) WHERE outcome = 'FETCHING';
-- cancellations that came before their order
CREATE INDEX inbound_messages_ahead ON inbound_messages (channel_id, reference)
    WHERE outcome = 'CANCELLED' AND order_id IS NULL;
CREATE INDEX inbound_messages_by_channel ON inbound_messages (channel_id, id);
CREATE INDEX inbound_messages_by_outcome ON inbound_messages (outcome, id);
CREATE INDEX inbound_messages_by_reference ON inbound_messages (reference text_pattern_ops) WHERE reference IS NOT NULL;
CREATE INDEX inbound_messages_by_order ON inbound_messages (order_id, id) WHERE order_id IS NOT NULL;
CREATE INDEX inbound_messages_by_time ON inbound_messages USING brin (received_at);

CREATE TRIGGER inbound_messages_stay BEFORE UPDATE OF body, body_bytes, sha256, headers, received_at ON inbound_messages
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE orders
    ADD COLUMN external_updated_at timestamptz,   -- of the newest statement by its channel
    ADD COLUMN stated_by           uuid;          -- the inbound message that it follows; NULL: it came otherwise

-- ------------------------------------------------------------------ what a channel changed about an order

CREATE TABLE order_changes (
    id         uuid PRIMARY KEY,
    order_id   uuid NOT NULL REFERENCES orders (id),
    message_id uuid NOT NULL,                 -- the statement it follows from
    kind       text NOT NULL CONSTRAINT order_changes_kind_known CHECK (kind IN ('UPDATE', 'CANCELLATION')),
    state      text NOT NULL CONSTRAINT order_changes_state_known
               CHECK (state IN ('APPLIED', 'PENDING', 'REFUSED', 'DISMISSED')),
    fields     jsonb NOT NULL,                -- [{path, before, after}]
    code       text,                          -- why it was not applied by itself
    detail     text,
    note       text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    decided_by text,
    CONSTRAINT order_changes_decided_unless_pending CHECK ((state = 'PENDING') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX order_changes_one_pending ON order_changes (order_id) WHERE state = 'PENDING';
CREATE INDEX order_changes_by_order ON order_changes (order_id, id);
CREATE INDEX order_changes_by_state ON order_changes (state, id);
CREATE INDEX order_changes_by_message ON order_changes (message_id);
