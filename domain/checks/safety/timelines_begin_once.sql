-- An order is placed once, and that is how its timeline begins.
-- If broken: Report it with the order's timeline; subscribers may know the order twice, or not at all.
WITH placed AS (
    SELECT subject_id, count(*) AS times, max(version) AS version
    FROM events WHERE kind = 'ORDER_PLACED' GROUP BY subject_id
)
SELECT format('order %s: placed %s times, last at version %s', o.number, coalesce(p.times, 0), p.version) AS violation
FROM orders o LEFT JOIN placed p ON p.subject_id = o.id
WHERE (p.times, p.version) IS DISTINCT FROM (1::bigint, 1::bigint)
