-- What the console asks for besides: results of data checks, saved views, barcodes as a scanner reads them.
CREATE TABLE check_runs (
    id         uuid PRIMARY KEY,
    name       text NOT NULL,
    kind       text NOT NULL,
    at         timestamptz NOT NULL,
    seconds    double precision NOT NULL,
    violations integer,                         -- NULL: it did not end
    samples    text[] NOT NULL,                 -- some of the violations, in words
    error      text,
    CONSTRAINT check_runs_ended_or_not CHECK ((violations IS NULL) = (error IS NOT NULL))
);
CREATE INDEX check_runs_by_check ON check_runs (name, at, id);

CREATE TABLE saved_views (
    id         uuid PRIMARY KEY,
    key_id     uuid REFERENCES api_keys (id),   -- NULL: the house itself
    page       text NOT NULL CONSTRAINT saved_views_page_length CHECK (length(page) BETWEEN 1 AND 100),
    name       text NOT NULL CONSTRAINT saved_views_name_length CHECK (length(name) BETWEEN 1 AND 100),
    params     jsonb NOT NULL CONSTRAINT saved_views_params_are_an_object CHECK (jsonb_typeof(params) = 'object'),
    shared     boolean NOT NULL,
    created_by text NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT saved_views_name_unique UNIQUE NULLS NOT DISTINCT (key_id, page, name)
);
CREATE INDEX saved_views_by_name ON saved_views (name, id);

CREATE INDEX variants_by_barcode ON variants (barcode) WHERE barcode IS NOT NULL;
