-- How long a platform asked to be left alone itself: what else goes well meanwhile does not shorten it.
ALTER TABLE channel_links ADD COLUMN stated_until timestamptz;

-- When a poll last got on, and since when it was asked for orders the last time its channel said so.
ALTER TABLE channel_polls ADD COLUMN moved_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN poll_from timestamptz;
ALTER TABLE channel_polls ALTER COLUMN moved_at DROP DEFAULT;
-- A time that only Python reads was taken, once; nobody could begin by it.
UPDATE channels SET settings = settings - 'pollFrom'
WHERE settings ->> 'pollFrom' !~ '^2\d{3}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$';
UPDATE channel_polls p SET poll_from = (c.settings ->> 'pollFrom')::timestamptz FROM channels c WHERE c.id = p.channel_id;

-- The public keys that deliveries named lately. Anybody may name any: there are a few requests a minute for a channel.
-- `again`: the platform did not say whether there is such a key.
CREATE TABLE key_requests (
    channel_id uuid NOT NULL REFERENCES channels (id),
    minute     timestamptz NOT NULL,
    key_id     text NOT NULL,
    again      boolean NOT NULL DEFAULT false,
    CONSTRAINT key_requests_pkey PRIMARY KEY (channel_id, minute, key_id)
);
