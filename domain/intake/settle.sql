-- Write down what became of messages; with the reference and the time that reading told.
UPDATE inbound_messages m
SET outcome = t.outcome, outcome_at = $9, order_id = t.order_id, code = t.code, field = t.field, detail = t.detail,
    reference = coalesce(t.reference, m.reference),
    external_updated_at = coalesce(t.external_updated_at, m.external_updated_at), mapping_version = $10
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
     AS t (id, outcome, order_id, code, field, detail, reference, external_updated_at)
WHERE m.id = t.id AND m.outcome = 'RECEIVED'
