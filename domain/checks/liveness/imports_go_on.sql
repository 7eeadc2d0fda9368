-- Every import that waits or runs has moved within the last minute, or has a job that will see to it.
-- If broken: See that a relay runs: its sweep gives such imports a job. Pausing and resuming one does it at once.
SELECT format('import %s is %s since %s, and no job speaks for it', i.id, i.state, i.updated_at) AS violation
FROM imports i
WHERE i.state IN ('WAITING', 'RUNNING') AND i.updated_at < $1::timestamptz - interval '1 minute'
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.kind = 'IMPORT' AND j.state <> 'DEAD'
                  AND j.payload->>'import_id' = i.id::text)
