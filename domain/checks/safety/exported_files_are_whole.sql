-- The pieces of an exported file follow each other without gap, and are as many bytes as it says.
-- If broken: Export it again, and delete the file that was downloaded: what it was made of is still there.
SELECT format('export %s has %s bytes, of which %s are there, and %s pieces begin elsewhere than the one before ends',
              e.id, e.bytes, coalesce(sum(p.size), 0), count(*) FILTER (WHERE p.start <> p.expected)) AS violation
FROM exports e
LEFT JOIN LATERAL (
    SELECT start, octet_length(bytes) AS size,
           coalesce(lag(start + octet_length(bytes)) OVER (ORDER BY start), 0) AS expected
    FROM export_pieces WHERE export_id = e.id AND assembled = (e.format IN ('XLSX', 'PARQUET'))
) p ON true
WHERE e.expires_at > $1
GROUP BY e.id
HAVING coalesce(sum(p.size), 0) <> e.bytes OR count(*) FILTER (WHERE p.start <> p.expected) > 0
