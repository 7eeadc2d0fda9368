-- No message is forgotten: while one waits to be worked off, there is a job that will do it.
-- If broken: See that a relay runs: its sweep gives such messages a job. `replayInboundMessages` does it for single
-- ones.
SELECT format('message %s waits since %s, and no job to work it off', id, received_at) AS violation
FROM inbound_messages
WHERE outcome = 'RECEIVED' AND last_received_at < $1::timestamptz - interval '30 seconds'
  AND NOT EXISTS (SELECT FROM jobs WHERE kind = 'INTAKE' AND state <> 'DEAD')
