-- Note what a page lists of the day, each order once; those of it that nothing was ever heard of.
WITH known AS (
    SELECT reference FROM inbound_messages
    WHERE channel_id = $1 AND reference = ANY ($3::text[]) AND outcome <> 'REFUSED'
    UNION
    SELECT external_reference FROM orders WHERE channel_id = $1 AND external_reference = ANY ($3)
), noted AS (
    INSERT INTO channel_day_orders (channel_id, day, reference, missing)
    SELECT $1, $2, reference, NOT EXISTS (SELECT FROM known k WHERE k.reference = l.reference)
    FROM unnest($3) AS l (reference)
    ON CONFLICT DO NOTHING
    RETURNING reference, missing
)
SELECT reference FROM noted WHERE missing
