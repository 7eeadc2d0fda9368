-- End the active holds of orders $1, of one reason ($2) or all (NULL); the reasons of each, oldest hold first, and whether
-- another keeps it.
WITH ended AS (
    UPDATE order_holds h SET released_at = $3, released_by = $4
    WHERE h.order_id = ANY ($1::uuid[]) AND h.released_at IS NULL AND ($2::text IS NULL OR h.reason = $2)
    RETURNING h.id, h.order_id, h.reason, h.placed_at
)
SELECT e.order_id, array_agg(e.reason ORDER BY e.placed_at) AS reasons,
       EXISTS (SELECT FROM order_holds k WHERE k.order_id = e.order_id AND k.released_at IS NULL
               AND k.id NOT IN (SELECT id FROM ended)) AS held
FROM ended e
GROUP BY e.order_id
