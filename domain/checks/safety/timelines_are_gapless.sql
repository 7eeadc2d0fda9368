-- An order's timeline is whole: its events are numbered from 1 to its version without a gap.
-- If broken: Restore the missing events from a backup: somebody wrote past the guards. Subscribers of this order may
-- wait for a version that never comes.
WITH timeline AS (
    SELECT subject_id, count(*) AS events, min(version) AS first, max(version) AS last FROM events GROUP BY subject_id
)
SELECT format('order %s: at version %s, with %s events numbered %s to %s', coalesce(o.number::text, t.subject_id::text),
              o.version, coalesce(t.events, 0), t.first, t.last) AS violation
FROM orders o FULL JOIN timeline t ON t.subject_id = o.id
WHERE (t.events, t.first, t.last) IS DISTINCT FROM (o.version, 1::bigint, o.version)
