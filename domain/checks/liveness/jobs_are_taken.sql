-- Work is done: no job waits for longer than a minute past its time, and no lease runs out unnoticed.
-- If broken: See that workers and Redis run; when Redis is away jobs wait in the database. More workers help if all
-- are busy.
SELECT format('%s job %s is %s since %s', kind, id, state, coalesce(lease_until, run_after)) AS violation
FROM jobs
WHERE (state = 'WAITING' AND run_after < $1::timestamptz - interval '60 seconds')
   OR (state = 'RUNNING' AND lease_until < $1::timestamptz - interval '60 seconds')
