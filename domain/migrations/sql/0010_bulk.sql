-- Bulk: files of orders that come in, in pieces, so that no process holds a whole one.

CREATE TABLE imports (
    id         uuid PRIMARY KEY,
    channel_id uuid NOT NULL REFERENCES channels (id),
    format     text NOT NULL CONSTRAINT imports_format_known CHECK (format IN ('JSONL', 'CSV')),
    file_name  text NOT NULL,
    reading    jsonb NOT NULL,                 -- how its columns are read, as it was when the import began
    state      text NOT NULL CONSTRAINT imports_state_known
               CHECK (state IN ('UPLOADING', 'WAITING', 'RUNNING', 'PAUSED', 'DONE', 'FAILED', 'CANCELLED')),
    epoch      integer NOT NULL DEFAULT 0,     -- rises with every run: an older run writes nothing any more
    received   bigint NOT NULL DEFAULT 0,      -- bytes as they came, perhaps compressed
    read_bytes bigint NOT NULL DEFAULT 0,      -- of those, how many are read
    position   bigint NOT NULL DEFAULT 0,      -- unpacked bytes that are done: the next row begins here
    lines      bigint NOT NULL DEFAULT 0,      -- lines of the file that are done
    rows       bigint NOT NULL DEFAULT 0,
    placed     bigint NOT NULL DEFAULT 0,
    replayed   bigint NOT NULL DEFAULT 0,
    refused    bigint NOT NULL DEFAULT 0,
    pause_at   bigint NOT NULL,                -- so many refusals, and somebody should look first
    code       text,                           -- why it failed or paused
    error      text,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL,
    ended_at   timestamptz,
    pruned_at  timestamptz,                    -- the file and the errors are gone
    CONSTRAINT imports_every_row_has_its_fate CHECK (
        placed + replayed + refused <= rows AND (format = 'CSV' OR placed + replayed + refused = rows)),
    CONSTRAINT imports_read_what_came CHECK (read_bytes BETWEEN 0 AND received),
    CONSTRAINT imports_done_is_whole CHECK (state <> 'DONE' OR read_bytes = received),
    CONSTRAINT imports_ended CHECK ((state IN ('DONE', 'FAILED', 'CANCELLED')) = (ended_at IS NOT NULL))
);
CREATE INDEX imports_by_created ON imports (created_at, id);
CREATE INDEX imports_by_channel ON imports (channel_id, created_at, id);
CREATE INDEX imports_open ON imports (updated_at) WHERE pruned_at IS NULL;

CREATE TABLE import_pieces (
    import_id uuid NOT NULL REFERENCES imports (id),
    start     bigint NOT NULL,
    bytes     bytea NOT NULL CONSTRAINT import_pieces_not_empty CHECK (octet_length(bytes) > 0),
    CONSTRAINT import_pieces_pkey PRIMARY KEY (import_id, start)
);
ALTER TABLE import_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE import_errors (
    import_id uuid NOT NULL REFERENCES imports (id),
    line      bigint NOT NULL CONSTRAINT import_errors_line_positive CHECK (line > 0),
    reference text,
    code      text NOT NULL,
    field     text,
    message   text NOT NULL,
    raw       bytea NOT NULL,                  -- the row as it came; the beginning of one that is too long
    CONSTRAINT import_errors_pkey PRIMARY KEY (import_id, line)
);
