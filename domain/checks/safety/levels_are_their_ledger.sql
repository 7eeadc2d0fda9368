-- Every unit is accounted for: a level is the sum of its ledger, and its version their number.
-- If broken: Count the SKU in that warehouse; the ledger is right unless somebody wrote past its guards. Report it
-- before anything is adjusted.
WITH ledger AS (
    SELECT variant_id, warehouse_id, count(*) AS entries, sum(on_hand) AS on_hand, sum(allocated) AS allocated,
           sum(held) AS held, sum(unsellable) AS unsellable, sum(incoming) AS incoming
    FROM stock_entries GROUP BY variant_id, warehouse_id
)
SELECT format('level of %s in %s: %s at version %s, its %s entries say %s', variant_id, warehouse_id,
              (l.on_hand, l.allocated, l.held, l.unsellable, l.incoming), l.version,
              e.entries, (e.on_hand, e.allocated, e.held, e.unsellable, e.incoming)) AS violation
FROM stock_levels l FULL JOIN ledger e USING (variant_id, warehouse_id)
WHERE (l.version, l.on_hand, l.allocated, l.held, l.unsellable, l.incoming) IS DISTINCT FROM
      (coalesce(e.entries, 0), coalesce(e.on_hand, 0), coalesce(e.allocated, 0), coalesce(e.held, 0),
       coalesce(e.unsellable, 0), coalesce(e.incoming, 0))
