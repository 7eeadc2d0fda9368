-- The orders that already carry these (channel, reference) pairs.
SELECT o.channel_id, o.external_reference, o.id, o.number, o.version, o.content_hash
FROM unnest($1::uuid[], $2::text[]) AS asked (channel_id, external_reference)
JOIN orders o USING (channel_id, external_reference)
