-- Create the channel of this code, or make it say what is given; settings ($13) that are not given stay.
INSERT INTO channels AS c (id, code, name, kind, platform, currency, timezone, priority, stock_share_bp,
                           stock_buffer, active, created_at, settings)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce($13::jsonb, '{}'))
ON CONFLICT (code) DO UPDATE
SET name = excluded.name, kind = excluded.kind, platform = excluded.platform, currency = excluded.currency,
    timezone = excluded.timezone, priority = excluded.priority, stock_share_bp = excluded.stock_share_bp,
    stock_buffer = excluded.stock_buffer, active = excluded.active, settings = coalesce($13::jsonb, c.settings),
    settings_version = c.settings_version + (coalesce($13::jsonb, c.settings) <> c.settings)::int
RETURNING c.id
