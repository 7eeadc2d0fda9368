-- Claim an idempotency key for this transaction. A rival that holds the same key makes this wait for
-- its end on the unique index: had it committed, nothing is inserted; had it rolled back, the key is ours.
INSERT INTO idempotency_records (key_id, operation, key, request_hash, result, created_at)
VALUES ($1, $2, $3, $4, 'null', $5)
ON CONFLICT ON CONSTRAINT idempotency_records_pkey DO NOTHING
