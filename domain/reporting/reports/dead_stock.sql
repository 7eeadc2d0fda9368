-- Units that were there all the span, and of whose SKU none was shipped in it.
WITH opening AS (
    SELECT m.variant_id, sum(m.received - m.shipped - m.lost + m.transferred) AS units
    FROM unnest(:opening_minutes::int[], :opening_starts::timestamptz[]) AS b (minutes, starts_at)
    JOIN reports.stock_moves m USING (minutes, starts_at)
    WHERE :warehouse_ids::uuid[] IS NULL OR m.warehouse_id = ANY(:warehouse_ids)
    GROUP BY m.variant_id HAVING sum(m.received - m.shipped - m.lost + m.transferred) > 0
), moved AS (
    SELECT m.variant_id, sum(m.shipped) AS shipped, sum(m.received - m.shipped - m.lost + m.transferred) AS units
    FROM unnest(:minutes::int[], :starts::timestamptz[]) AS b (minutes, starts_at)
    JOIN reports.stock_moves m USING (minutes, starts_at)
    WHERE :warehouse_ids::uuid[] IS NULL OR m.warehouse_id = ANY(:warehouse_ids)
    GROUP BY m.variant_id
), told AS (
    SELECT v.sku, v.name, p.category, (o.units + coalesce(m.units, 0))::bigint AS on_hand,
           CASE WHEN v.unit_cost_currency = :currency THEN (o.units + coalesce(m.units, 0)) * v.unit_cost_minor END::bigint
               AS value_minor
    FROM opening o LEFT JOIN moved m USING (variant_id)
    JOIN variants v ON v.id = o.variant_id JOIN products p ON p.id = v.product_id
    WHERE coalesce(m.shipped, 0) = 0 AND o.units + coalesce(m.units, 0) > 0
      AND (:categories::text[] IS NULL OR p.category = ANY(:categories)) AND (:skus::text[] IS NULL OR v.sku = ANY(:skus))
)
SELECT * FROM told
WHERE (:keys::text[] IS NULL OR sku = ANY(:keys))
  AND (:after_value::bigint IS NULL OR on_hand < :after_value OR (on_hand = :after_value AND sku > :after_key::text))
ORDER BY on_hand DESC, sku LIMIT :rows_max
