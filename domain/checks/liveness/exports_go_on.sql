-- Every export that waits or runs has moved within the last minute, or has a job that will see to it.
-- If broken: See that a relay runs: its sweep gives such exports a job.
SELECT format('export %s is %s since %s, and no job speaks for it', e.id, e.state, e.updated_at) AS violation
FROM exports e
WHERE e.state IN ('WAITING', 'RUNNING') AND e.updated_at < $1::timestamptz - interval '1 minute'
  AND NOT EXISTS (SELECT FROM jobs j WHERE j.kind = 'EXPORT' AND j.state <> 'DEAD'
                  AND j.payload->>'export_id' = e.id::text)
