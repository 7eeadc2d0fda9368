-- Imports that stopped because too many of their rows were refused.
SELECT i.updated_at AS since FROM imports i
WHERE i.state = 'PAUSED' AND i.pruned_at IS NULL AND ($2::uuid[] IS NULL OR i.channel_id = ANY ($2))
ORDER BY i.updated_at
