-- What a channel sent is kept as it came: its bytes are those of its digest (of a refused one only the beginning is kept).
-- If broken: Fetch the order from its platform again; the archived bytes were changed past their guards or damaged on
-- disk.
SELECT format('message %s: its %s bytes are not those of its digest', id, octet_length(body)) AS violation
FROM inbound_messages
WHERE octet_length(body) = body_bytes AND sha256(body) <> sha256
