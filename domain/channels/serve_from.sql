-- Let channel $1 sell from the warehouses $2 alone (none: from all); a row for each that changed.
WITH gone AS (
    DELETE FROM channel_warehouses WHERE channel_id = $1 AND warehouse_id <> ALL ($2::uuid[]) RETURNING warehouse_id
), come AS (
    INSERT INTO channel_warehouses (channel_id, warehouse_id)
    SELECT $1, warehouse_id FROM unnest($2::uuid[]) AS t (warehouse_id)
    ON CONFLICT DO NOTHING
    RETURNING warehouse_id
)
SELECT warehouse_id FROM gone UNION ALL SELECT warehouse_id FROM come
