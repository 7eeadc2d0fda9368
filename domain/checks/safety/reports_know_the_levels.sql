-- Reports have read of a level's ledger no more than there is, and where they have read all of it, they know the level.
-- If broken: Run `forebay reports rebuild`, and report it: figures of reports were wrong.
SELECT format('level of %s in %s: at version %s %s, reports at version %s %s', l.variant_id, l.warehouse_id, l.version,
              (l.on_hand, l.on_hand - l.allocated - l.held - l.unsellable), r.version, (r.on_hand, r.free)) AS violation
FROM reports.levels r JOIN stock_levels l USING (variant_id, warehouse_id)
WHERE r.version > l.version
   OR r.version = l.version AND (r.on_hand, r.free) <> (l.on_hand, l.on_hand - l.allocated - l.held - l.unsellable)
