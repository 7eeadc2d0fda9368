-- Whoever takes a lease raises its epoch, so that an older holder notices before it says anything more. Jobs that wait
-- name the epoch under which they were added.
ALTER TABLE channel_links ADD COLUMN push_epoch integer NOT NULL DEFAULT 0;
ALTER TABLE webhook_endpoints ADD COLUMN send_epoch integer NOT NULL DEFAULT 0;
UPDATE jobs SET payload = payload || '{"epoch": 0}' WHERE kind IN ('PUSH_STOCK', 'SEND_WEBHOOKS');
