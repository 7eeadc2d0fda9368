-- Re-evaluation: open orders are planned anew until somebody picks them, and moved to a cheaper place.

-- ------------------------------------------------------------------ what a run did

CREATE TABLE sourcing_reevaluations (
    id           uuid PRIMARY KEY,
    state        text NOT NULL CONSTRAINT sourcing_reevaluations_state_known
                 CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'FAILED')),
    rule_set_id  uuid CONSTRAINT sourcing_reevaluations_rule_set_exists REFERENCES rule_sets (id),  -- once it runs
    currency     text,
    considered   integer NOT NULL DEFAULT 0,   -- orders that were planned anew
    proposed     integer NOT NULL DEFAULT 0,   -- of these, those for which something else was better
    moved        integer NOT NULL DEFAULT 0,   -- of these, those that were moved
    filled       integer NOT NULL DEFAULT 0,   -- units that had waited for stock, and have it now
    saved_minor  bigint NOT NULL DEFAULT 0,
    plan_seconds double precision,
    error        text,
    created_at   timestamptz NOT NULL,
    created_by   text NOT NULL,
    started_at   timestamptz,
    ended_at     timestamptz,
    CONSTRAINT sourcing_reevaluations_counts_not_negative CHECK (least(considered, proposed, moved, filled) >= 0),
    CONSTRAINT sourcing_reevaluations_ended_when_ended CHECK ((state IN ('DONE', 'FAILED')) = (ended_at IS NOT NULL))
);
CREATE INDEX sourcing_reevaluations_by_created ON sourcing_reevaluations (created_at, id);
CREATE INDEX sourcing_reevaluations_by_rule_set ON sourcing_reevaluations (rule_set_id);
-- one at a time waits: whoever asks for another one means the same
CREATE UNIQUE INDEX sourcing_reevaluations_one_waits ON sourcing_reevaluations (state) WHERE state = 'WAITING';

-- ------------------------------------------------------------------ what it moved

ALTER TABLE sourcing_decisions
    ADD COLUMN reevaluation_id uuid
        CONSTRAINT sourcing_decisions_reevaluation_exists REFERENCES sourcing_reevaluations (id),
    ADD COLUMN saved_minor bigint;               -- by a move; NULL: it moved nothing
CREATE INDEX sourcing_decisions_by_reevaluation ON sourcing_decisions (reevaluation_id, id)
    WHERE reevaluation_id IS NOT NULL;

ALTER TABLE fulfilment_orders
    ADD COLUMN moved_by      uuid                -- the decision that gave its units another parcel
        CONSTRAINT fulfilment_orders_moved_by_exists REFERENCES sourcing_decisions (id),
    ADD COLUMN releasable_at timestamptz,        -- until then something better may turn up; NULL: at once
    ADD CONSTRAINT fulfilment_orders_cancelled_when_moved CHECK (moved_by IS NULL OR state = 'CANCELLED');
CREATE INDEX fulfilment_orders_by_move ON fulfilment_orders (moved_by) WHERE moved_by IS NOT NULL;
