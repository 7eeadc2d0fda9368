-- What channels sent and could not be read, or whose order could not be taken, oldest first.
SELECT m.last_received_at AS since FROM inbound_messages m
WHERE m.outcome = 'FAILED' AND ($2::uuid[] IS NULL OR m.channel_id = ANY ($2))
ORDER BY m.id
