-- Waves with their members; a member that is in another wave is refused by the index on members.
WITH made AS (
    INSERT INTO waves (id, warehouse_id, state, ship_by, sourced_before, channel_ids, priorities, created_at, created_by)
    SELECT id, $2, 'OPEN', $3, $4, $5, $6, $7, $8 FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, place) ORDER BY place
)
INSERT INTO wave_members (wave_id, fulfilment_order_id, position)
SELECT * FROM unnest($9::uuid[], $10::uuid[], $11::smallint[])
