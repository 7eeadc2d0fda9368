-- Every listing should say what its channel may sell, once the feed is worked off and nothing is about to restate it.
-- If broken: Raise the channel's `stockBuffer` by one and set it back: all its listings are worked out anew. Then report
-- it: the relay missed a change.
SELECT format('%s: %s should say %s, not %s', c.code, v.sku, t.sellable, l.desired) AS violation
FROM listings l
JOIN channels c ON c.id = l.channel_id
JOIN variants v ON v.id = l.variant_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN l.active AND c.active THEN greatest(0, floor((
        coalesce((SELECT sum(greatest(s.on_hand - s.allocated - s.held - s.unsellable - s.safety - coalesce((
                      SELECT sum(p.units) FROM protected_stock p
                      WHERE p.channel_id <> c.id AND p.warehouse_id = s.warehouse_id
                        AND (p.skus = '[]' OR p.skus ? v.sku)), 0), 0))
                  FROM stock_levels s JOIN warehouses w ON w.id = s.warehouse_id AND w.active
                  WHERE s.variant_id = l.variant_id
                    AND (EXISTS (SELECT FROM channel_warehouses x WHERE x.channel_id = c.id AND x.warehouse_id = w.id)
                         OR NOT EXISTS (SELECT FROM channel_warehouses x WHERE x.channel_id = c.id))), 0)
        - coalesce((SELECT sum(quantity - cancelled - allocated - shipped) FROM order_lines
                    WHERE variant_id = l.variant_id AND quantity > cancelled + allocated + shipped), 0)
        ) * c.stock_share_bp / 10000.0) - c.stock_buffer) ELSE 0 END AS sellable
) t
WHERE l.desired <> t.sellable
  AND NOT EXISTS (SELECT FROM jobs WHERE kind = 'RESTATE_LISTINGS' AND state <> 'DEAD')
  AND NOT EXISTS (SELECT FROM feed_consumers f CROSS JOIN feed_state s
                  WHERE f.name = 'listings' AND f.position < s.last_position)
  AND NOT EXISTS (SELECT FROM events e CROSS JOIN feed_state s WHERE e.xid >= s.fed_below AND e.id > s.events_above)
  AND NOT EXISTS (SELECT FROM stock_entries e CROSS JOIN feed_state s WHERE e.xid >= s.fed_below AND e.id > s.entries_above)
