-- Write the shadow of a day ($1), in place of one before.
INSERT INTO bid_price_shadow (day, rule_set_id, counted, until, currency, orders, different, lines, lines_filled_without,
                              lines_filled_with, shipments_without, shipments_with, minor_without, minor_with, computed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (day) DO UPDATE
SET (rule_set_id, counted, until, currency, orders, different, lines, lines_filled_without, lines_filled_with,
     shipments_without, shipments_with, minor_without, minor_with, computed_at)
  = (excluded.rule_set_id, excluded.counted, excluded.until, excluded.currency, excluded.orders, excluded.different,
     excluded.lines, excluded.lines_filled_without, excluded.lines_filled_with, excluded.shipments_without,
     excluded.shipments_with, excluded.minor_without, excluded.minor_with, excluded.computed_at)
