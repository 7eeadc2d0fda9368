-- Archive messages, and ask for them to be worked off, in one statement. What is there already is left out.
WITH incoming AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                         $8::timestamptz[], $9::bytea[], $10::bytea[], $11::jsonb[], $12::text[], $13::text[], $14::text[])
         AS t (id, channel_id, source, topic, delivery_id, event_id, reference, external_updated_at, sha256, body,
               headers, outcome, code, detail)
), archived AS (
    INSERT INTO inbound_messages (id, channel_id, source, topic, delivery_id, event_id, reference, external_updated_at,
        sha256, body, body_bytes, headers, received_at, last_received_at, outcome, outcome_at, code, detail)
    SELECT id, channel_id, source, topic, delivery_id, event_id, reference, external_updated_at,
        sha256, body, octet_length(body), headers, $15::timestamptz, $15::timestamptz, outcome, CASE WHEN outcome <> 'RECEIVED' THEN $15::timestamptz END,
        code, detail
    FROM incoming
    -- in one order, so that two that share messages rather wait for each other
    ORDER BY channel_id, delivery_id, event_id, sha256, id
    ON CONFLICT DO NOTHING
    RETURNING id, outcome
), job AS (
    INSERT INTO jobs (id, kind, payload, state, run_after, created_at)
    SELECT $16, 'INTAKE', '{}', 'WAITING', $15::timestamptz, $15::timestamptz WHERE EXISTS (SELECT FROM archived WHERE outcome = 'RECEIVED')
)
SELECT id FROM archived
