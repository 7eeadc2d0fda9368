-- Where the comparison of the day `swept_to` stands: a platform may not give all pages of a large day at once.
ALTER TABLE channel_polls
    ADD COLUMN sweep_page  text,                         -- the next page of its list, by the adapter's own mark
    ADD COLUMN sweep_pages integer NOT NULL DEFAULT 0,   -- that were read before it
    ADD CONSTRAINT channel_polls_sweep_page_after_others CHECK ((sweep_page IS NULL) = (sweep_pages = 0));

-- What the platform listed so far of a day that is being compared. A page may be read again, and what was missing is known then.
CREATE TABLE channel_day_orders (
    channel_id uuid NOT NULL REFERENCES channels (id),
    day        date NOT NULL,
    reference  text NOT NULL,
    missing    boolean NOT NULL,                         -- nothing was ever heard of it
    CONSTRAINT channel_day_orders_pkey PRIMARY KEY (channel_id, day, reference)
);
