-- Until when the access token of a channel is good, where its platform gives a new refresh token with each. The tokens
-- themselves are credentials, sealed.

CREATE TABLE channel_tokens (
    channel_id     uuid PRIMARY KEY REFERENCES channels (id),
    epoch          integer NOT NULL DEFAULT 0, -- rises with every renewal and whenever credentials are set by hand
    good_until     timestamptz,                -- NULL: not known
    renew_at       timestamptz,                -- well before that; NULL: at once
    renewed_at     timestamptz,
    renewing_until timestamptz,                -- somebody is renewing it, or died meanwhile
    retry_at       timestamptz,                -- not before: the last attempt failed
    failing_since  timestamptz,
    error          text,
    CONSTRAINT channel_tokens_fails_for_a_reason CHECK ((failing_since IS NULL) = (error IS NULL))
);
