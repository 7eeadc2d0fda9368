-- Outbound webhooks: whom we tell about orders, what each was told, and what it answered.

CREATE TABLE webhook_endpoints (
    id               uuid PRIMARY KEY,
    url              text NOT NULL CONSTRAINT webhook_endpoints_url_length CHECK (length(url) BETWEEN 1 AND 2000),
    description      text NOT NULL DEFAULT '',
    kinds            text[],                   -- of order events; NULL: all
    channel_ids      uuid[],                   -- NULL: orders of every channel
    state            text NOT NULL CONSTRAINT webhook_endpoints_state_known CHECK (state IN ('ENABLED', 'DISABLED')),
    disabled_because text,
    failures         integer NOT NULL DEFAULT 0,   -- in a row
    not_before       timestamptz,              -- it is left alone until then
    last_ok_at       timestamptz,
    sending_until    timestamptz,              -- somebody is at it, or died meanwhile
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT webhook_endpoints_disabled_for_a_reason CHECK ((state = 'DISABLED') = (disabled_because IS NOT NULL))
);
CREATE INDEX webhook_endpoints_by_created ON webhook_endpoints (created_at, id);

-- What bodies are signed with; after a rotation the older one signs along until it expires. Sealed as
-- channels' credentials are.
CREATE TABLE webhook_secrets (
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    name        text NOT NULL,
    key_id      text NOT NULL,
    nonce       bytea NOT NULL CONSTRAINT webhook_secrets_nonce_length CHECK (octet_length(nonce) = 12),
    sealed      bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz,                   -- NULL: the newest
    CONSTRAINT webhook_secrets_pkey PRIMARY KEY (endpoint_id, name)
);
CREATE UNIQUE INDEX webhook_secrets_one_newest ON webhook_secrets (endpoint_id) WHERE expires_at IS NULL;
CREATE INDEX webhook_secrets_by_key ON webhook_secrets (key_id);

-- One event for one endpoint; its id is the message's, the same however often it is sent.
CREATE TABLE webhook_deliveries (
    id           uuid PRIMARY KEY,
    endpoint_id  uuid NOT NULL REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    event_id     bigint NOT NULL REFERENCES events (id),
    order_id     uuid NOT NULL REFERENCES orders (id),
    position     bigint NOT NULL,              -- in the feed
    state        text NOT NULL CONSTRAINT webhook_deliveries_state_known CHECK (state IN ('PENDING', 'DELIVERED', 'FAILED')),
    attempts     integer NOT NULL DEFAULT 0,   -- since it was last asked for
    next_at      timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    delivered_at timestamptz,
    CONSTRAINT webhook_deliveries_once UNIQUE (endpoint_id, event_id),
    CONSTRAINT webhook_deliveries_delivered_when_delivered CHECK ((state = 'DELIVERED') = (delivered_at IS NOT NULL))
);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (endpoint_id, position) WHERE state = 'PENDING';
CREATE INDEX webhook_deliveries_pending_by_order ON webhook_deliveries (endpoint_id, order_id, position) WHERE state = 'PENDING';
CREATE INDEX webhook_deliveries_by_created ON webhook_deliveries (created_at, id);
CREATE INDEX webhook_deliveries_by_endpoint ON webhook_deliveries (endpoint_id, state, created_at, id);
CREATE INDEX webhook_deliveries_by_order ON webhook_deliveries (order_id, created_at, id);
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (event_id);

-- The log: every attempt, and what came of it.
CREATE TABLE webhook_attempts (
    id          uuid PRIMARY KEY,
    delivery_id uuid NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    at          timestamptz NOT NULL,
    took_ms     integer NOT NULL,
    status      integer,                       -- NULL: no answer
    error       text,                          -- NULL: it was taken
    answer      text NOT NULL DEFAULT ''       -- its beginning
);
CREATE INDEX webhook_attempts_by_delivery ON webhook_attempts (delivery_id, at);
