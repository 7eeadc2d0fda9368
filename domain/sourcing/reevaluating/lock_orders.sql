-- Lock orders ($1) that are to be moved. Who is at work on one of them goes first: it is passed over.
SELECT id FROM orders WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
