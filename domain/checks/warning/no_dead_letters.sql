-- No job has been given up; those that were wait for a person to replay or discard them.
-- If broken: Mend the cause that the job's error names, then `replayJob`; or `discardJob`.
SELECT format('%s job %s after %s attempts: %s', kind, id, attempts, left(last_error, 200)) AS violation
FROM jobs WHERE state = 'DEAD'
