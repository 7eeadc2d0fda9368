-- How far platforms have been asked for orders, and what a day's comparison found.

CREATE TABLE channel_polls (
    channel_id    uuid PRIMARY KEY REFERENCES channels (id),
    complete_to   timestamptz NOT NULL,        -- whatever changed at the platform before this has been fetched
    window_until  timestamptz,                 -- end of the window under way
    page          text,                        -- its next page, by the adapter's own mark
    version       bigint NOT NULL DEFAULT 0,   -- rises with every page, so that two pollers cannot both take it
    next_at       timestamptz NOT NULL,
    polling_until timestamptz,                 -- somebody is at it, or died meanwhile
    polled_at     timestamptz,
    error         text,                        -- why the last page could not be had
    swept_to      date NOT NULL,               -- days before this have been compared
    sweep_after   timestamptz NOT NULL DEFAULT '-infinity',  -- the next of them not before
    CONSTRAINT channel_polls_page_of_a_window CHECK (page IS NULL OR window_until IS NOT NULL)
);
CREATE INDEX channel_polls_by_turn ON channel_polls (next_at);

-- A day's orders as the platform lists them, against those we know.
CREATE TABLE channel_days (
    channel_id uuid NOT NULL REFERENCES channels (id),
    day        date NOT NULL,                  -- in the channel's time zone
    theirs     integer NOT NULL CONSTRAINT channel_days_theirs_not_negative CHECK (theirs >= 0),
    missing    integer NOT NULL CONSTRAINT channel_days_missing_within CHECK (missing BETWEEN 0 AND theirs),
    swept_at   timestamptz NOT NULL,
    CONSTRAINT channel_days_pkey PRIMARY KEY (channel_id, day)
);
