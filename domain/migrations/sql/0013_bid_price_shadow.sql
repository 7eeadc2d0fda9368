-- What bid prices would have saved, a day (UTC) a row: its orders replayed without and with them. Derived from what is
-- kept anyway: a row that is deleted within a week is worked out again.

CREATE TABLE bid_price_shadow (
    day                  date NOT NULL CONSTRAINT bid_price_shadow_pkey PRIMARY KEY,
    rule_set_id          uuid NOT NULL REFERENCES rule_sets (id),  -- whose rules were replayed
    counted              boolean NOT NULL,  -- whether those rules count bid prices, so that this is what they did save
    until                timestamptz NOT NULL,  -- replayed so far: the day's end, unless there was too much of it
    currency             text NOT NULL,
    orders               int NOT NULL,
    different            int NOT NULL,
    lines                int NOT NULL,
    lines_filled_without int NOT NULL,
    lines_filled_with    int NOT NULL,
    shipments_without    int NOT NULL,
    shipments_with       int NOT NULL,
    minor_without        bigint NOT NULL,
    minor_with           bigint NOT NULL,
    computed_at          timestamptz NOT NULL,
    CONSTRAINT bid_price_shadow_within_lines
        CHECK (least(lines_filled_without, lines_filled_with) >= 0 AND greatest(lines_filled_without, lines_filled_with) <= lines),
    CONSTRAINT bid_price_shadow_within_orders CHECK (different BETWEEN 0 AND orders)
);
CREATE INDEX bid_price_shadow_by_rule_set ON bid_price_shadow (rule_set_id);
