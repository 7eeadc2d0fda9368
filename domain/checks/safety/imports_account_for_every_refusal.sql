-- An import has kept as many refused rows as it counts.
-- If broken: Import the file once more: orders that are there are not placed again, and what is refused is kept anew.
SELECT format('import %s counts %s refused, and has kept %s', i.id, i.refused, count(e.line)) AS violation
FROM imports i LEFT JOIN import_errors e ON e.import_id = i.id
WHERE i.pruned_at IS NULL
GROUP BY i.id
HAVING count(e.line) <> i.refused
