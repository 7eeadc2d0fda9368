-- Exports: files that are written piece by piece, so that no process holds a whole one, and all of them see it.

CREATE TABLE exports (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL,                 -- what its rows are: one of the registry's names
    format      text NOT NULL CONSTRAINT exports_format_known CHECK (format IN ('CSV', 'JSONL', 'XLSX', 'PARQUET')),
    what        jsonb NOT NULL,                -- which rows, as its kind stores it
    bom         boolean NOT NULL,              -- a CSV begins with a byte order mark
    channel_ids uuid[],                        -- only of these channels; NULL: of all
    file_name   text NOT NULL,
    state       text NOT NULL CONSTRAINT exports_state_known
                CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    epoch       integer NOT NULL DEFAULT 0,    -- rises with every run: an older run writes nothing any more
    position    jsonb,                         -- the key of the last row that is written; NULL: none is
    rows        bigint NOT NULL DEFAULT 0,
    written     bigint NOT NULL DEFAULT 0,     -- bytes of the pieces of rows
    bytes       bigint NOT NULL DEFAULT 0,     -- bytes of the file
    done        double precision NOT NULL DEFAULT 0 CONSTRAINT exports_done_is_a_share CHECK (done BETWEEN 0 AND 1),
    code        text,                          -- why it failed
    error       text,
    created_at  timestamptz NOT NULL,
    created_by  text NOT NULL,
    updated_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    expires_at  timestamptz,                   -- when its file goes
    pruned_at   timestamptz,                   -- the file is gone
    CONSTRAINT exports_ended CHECK ((state IN ('DONE', 'FAILED', 'CANCELLED')) = (ended_at IS NOT NULL)),
    CONSTRAINT exports_expire_when_done CHECK ((state = 'DONE') = (expires_at IS NOT NULL)),
    CONSTRAINT exports_pruned_once_ended CHECK (pruned_at IS NULL OR ended_at IS NOT NULL)
);
CREATE INDEX exports_by_created ON exports (created_at, id);
CREATE INDEX exports_open ON exports (created_by) WHERE ended_at IS NULL;
CREATE INDEX exports_to_prune ON exports (ended_at) WHERE pruned_at IS NULL;

-- Pieces of rows, which are the file as they stand (CSV, JSONL) or what it is assembled of, and then pieces of the file.
CREATE TABLE export_pieces (
    export_id uuid NOT NULL REFERENCES exports (id),
    assembled boolean NOT NULL,
    start     bigint NOT NULL,
    bytes     bytea NOT NULL CONSTRAINT export_pieces_not_empty CHECK (octet_length(bytes) > 0),
    CONSTRAINT export_pieces_pkey PRIMARY KEY (export_id, assembled, start)
);
ALTER TABLE export_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;
