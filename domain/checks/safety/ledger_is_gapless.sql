-- No ledger entry is missing: a level's entries are numbered from 1 without a gap.
-- If broken: Restore the missing entries from a backup: somebody wrote past the ledger's guards. Count the SKU in
-- that warehouse meanwhile.
SELECT format('ledger of %s in %s: %s entries numbered %s to %s', variant_id, warehouse_id, count(*),
              min(version), max(version)) AS violation
FROM stock_entries
GROUP BY variant_id, warehouse_id
HAVING min(version) <> 1 OR max(version) <> count(*)
