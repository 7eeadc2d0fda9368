-- The pieces of an upload follow each other without gap, and are as many bytes as were acknowledged.
-- If broken: Cancel the import and upload the file again: orders that are there are not placed twice.
SELECT format('import %s acknowledged %s bytes, and has %s, of which %s begin elsewhere than the one before ends',
              i.id, i.received, coalesce(sum(p.size), 0), count(*) FILTER (WHERE p.start <> p.expected)) AS violation
FROM imports i
LEFT JOIN LATERAL (
    SELECT start, octet_length(bytes) AS size,
           coalesce(lag(start + octet_length(bytes)) OVER (ORDER BY start), 0) AS expected
    FROM import_pieces WHERE import_id = i.id
) p ON true
WHERE i.pruned_at IS NULL
GROUP BY i.id
HAVING coalesce(sum(p.size), 0) <> i.received OR count(*) FILTER (WHERE p.start <> p.expected) > 0
