-- Change levels and write their ledger in one statement. Several movements of one level become
-- one update and as many ledger rows, numbered in the order given. A level that would end
-- negative, or be filled beyond $14, is not updated: the caller sees which, and rolls back.
WITH movement AS (
    SELECT *
    FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                $8::text[], $9::text[], $10::uuid[], $11::text[])
         WITH ORDINALITY
         AS t (variant_id, warehouse_id, on_hand, allocated, held, unsellable, incoming,
               reason, document_kind, document_id, note, ord)
), delta AS (
    SELECT variant_id, warehouse_id, sum(on_hand) AS on_hand, sum(allocated) AS allocated, sum(held) AS held,
           sum(unsellable) AS unsellable, sum(incoming) AS incoming, count(*) AS entries
    FROM movement GROUP BY variant_id, warehouse_id
), locked AS (
    -- in (variant, warehouse) order, so that two transactions sharing levels cannot deadlock
    SELECT l.* FROM stock_levels l JOIN delta d USING (variant_id, warehouse_id)
    ORDER BY l.variant_id, l.warehouse_id
    FOR NO KEY UPDATE OF l
), updated AS (
    UPDATE stock_levels l
    SET on_hand = l.on_hand + d.on_hand, allocated = l.allocated + d.allocated, held = l.held + d.held,
        unsellable = l.unsellable + d.unsellable, incoming = l.incoming + d.incoming,
        version = l.version + d.entries
    FROM delta d JOIN locked k USING (variant_id, warehouse_id)
    WHERE l.variant_id = d.variant_id AND l.warehouse_id = d.warehouse_id
      AND l.allocated + d.allocated >= 0 AND l.held + d.held >= 0 AND l.unsellable + d.unsellable >= 0
      AND l.incoming + d.incoming >= 0
      AND (d.on_hand + d.incoming <= 0 OR l.on_hand + l.incoming + d.on_hand + d.incoming <= $14::bigint)
      AND l.allocated + d.allocated + l.held + d.held + l.unsellable + d.unsellable <= l.on_hand + d.on_hand
    RETURNING l.variant_id, l.warehouse_id, l.version - d.entries AS version_before
), written AS (
    INSERT INTO stock_entries (variant_id, warehouse_id, version, on_hand, allocated, held, unsellable, incoming,
                               reason, document_kind, document_id, note, actor, at)
    SELECT m.variant_id, m.warehouse_id,
           u.version_before + row_number() OVER (PARTITION BY m.variant_id, m.warehouse_id ORDER BY m.ord),
           m.on_hand, m.allocated, m.held, m.unsellable, m.incoming,
           m.reason, m.document_kind, m.document_id, m.note, $12, $13
    FROM movement m JOIN updated u USING (variant_id, warehouse_id)
)
SELECT d.variant_id, d.warehouse_id
FROM delta d LEFT JOIN updated u USING (variant_id, warehouse_id)
WHERE u.variant_id IS NULL
