-- The orders that already carry these (channel, reference) pairs.
SELECT asked.channel_id, asked.external_reference, o.id, o.number, o.version, o.content_hash
FROM unnest($1::uuid[], $2::text[]) AS asked (channel_id, external_reference)
CROSS JOIN LATERAL (SELECT * FROM orders p WHERE p.channel_id = asked.channel_id
                    AND p.external_reference = asked.external_reference LIMIT 1) o
