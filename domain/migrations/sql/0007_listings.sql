-- What each channel is told about stock, and proof that it heard; and how it goes with the channel's platform.

-- How far those who follow the feed in this database have come; each does its work and moves its position in one
-- transaction, so that it happens exactly once a position.
CREATE TABLE feed_consumers (
    name     text PRIMARY KEY,
    position bigint NOT NULL CONSTRAINT feed_consumers_position_not_negative CHECK (position >= 0)
);

-- One row a channel that has a platform to talk to.
CREATE TABLE channel_links (
    channel_id    uuid PRIMARY KEY REFERENCES channels (id),
    not_before    timestamptz,                 -- it asked us to wait, or did not answer lately
    failures      integer NOT NULL DEFAULT 0 CONSTRAINT channel_links_failures_not_negative CHECK (failures >= 0),
    last_ok_at    timestamptz,
    last_error    text,
    last_error_at timestamptz,
    pushing_until timestamptz,                 -- somebody is telling it about stock, or died meanwhile
    observing_until timestamptz,               -- somebody is asking what it has
    observe_after timestamptz NOT NULL DEFAULT '-infinity'
);

CREATE TABLE listings (
    id              uuid PRIMARY KEY,
    channel_id      uuid NOT NULL REFERENCES channels (id),
    variant_id      uuid NOT NULL REFERENCES variants (id),
    external_ids    jsonb NOT NULL,            -- the platform's own, by its field names
    external_key    text NOT NULL CONSTRAINT listings_key_length CHECK (length(external_key) BETWEEN 1 AND 1000),
    active          boolean NOT NULL DEFAULT true,   -- what is not is told 0
    desired         bigint NOT NULL DEFAULT 0 CONSTRAINT listings_desired_not_negative CHECK (desired >= 0),
    desired_version bigint NOT NULL DEFAULT 1 CONSTRAINT listings_desired_version_positive CHECK (desired_version > 0),
    desired_at      timestamptz NOT NULL,
    sent            bigint,
    sent_version    bigint NOT NULL DEFAULT 0,
    sent_at         timestamptz,
    acked           bigint,
    acked_version   bigint NOT NULL DEFAULT 0,
    acked_at        timestamptz,
    observed        bigint,
    observed_at     timestamptz,
    -- since when it has not confirmed the latest; NULL: it has
    unheard_since   timestamptz GENERATED ALWAYS AS (CASE WHEN acked_version < desired_version THEN desired_at END) STORED,
    differs_since   timestamptz,               -- what it was seen to have is not what it confirmed
    error           text,                      -- why it did not take the last one
    attempts        integer NOT NULL DEFAULT 0,
    retry_at        timestamptz,               -- not to be sent before
    created_at      timestamptz NOT NULL,
    CONSTRAINT listings_key_unique UNIQUE (channel_id, external_key),
    CONSTRAINT listings_acked_was_sent CHECK (acked_version <= sent_version),
    CONSTRAINT listings_sent_was_desired CHECK (sent_version <= desired_version)
) WITH (fillfactor = 80);
CREATE INDEX listings_by_variant ON listings (variant_id, channel_id);
CREATE INDEX listings_by_channel ON listings (channel_id, created_at, id);
CREATE INDEX listings_by_created ON listings (created_at, id);
CREATE INDEX listings_unheard ON listings (channel_id, desired_at, id) WHERE acked_version < desired_version;
CREATE INDEX listings_unheard_since ON listings (unheard_since) WHERE unheard_since IS NOT NULL;
CREATE INDEX listings_differing ON listings (differs_since) WHERE differs_since IS NOT NULL;
CREATE INDEX listings_by_observation ON listings (channel_id, observed_at NULLS FIRST) WHERE active;

-- The proof: each request, and what the platform said to it.
CREATE TABLE stock_pushes (
    id          uuid PRIMARY KEY,
    channel_id  uuid NOT NULL REFERENCES channels (id),
    listings    integer NOT NULL CONSTRAINT stock_pushes_listings_positive CHECK (listings > 0),
    heard       integer NOT NULL CONSTRAINT stock_pushes_heard_within CHECK (heard BETWEEN 0 AND listings),
    status      integer,                       -- HTTP; NULL: no answer
    error       text,
    sent_at     timestamptz NOT NULL,
    answered_at timestamptz NOT NULL
);
CREATE INDEX stock_pushes_by_channel ON stock_pushes (channel_id, sent_at, id);
CREATE INDEX stock_pushes_by_time ON stock_pushes (sent_at, id);
