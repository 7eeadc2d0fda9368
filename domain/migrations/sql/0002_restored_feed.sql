-- A restored database meets young transaction ids again. Rows up to these were announced, or written
-- off, before the restore; their transaction ids mean nothing any more.
ALTER TABLE feed_state
    ADD COLUMN events_above  bigint NOT NULL DEFAULT 0,
    ADD COLUMN entries_above bigint NOT NULL DEFAULT 0;
