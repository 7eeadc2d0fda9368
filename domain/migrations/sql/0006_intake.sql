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
