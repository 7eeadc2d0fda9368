-- An order stands with sourcing where its state, its units and its holds say.
-- If broken: Hold the order and release it: that decides anew where it stands. Report it if that does not help.
WITH reserved AS (
    SELECT order_id, sum(quantity) AS units FROM reservations GROUP BY order_id
), held AS (
    SELECT DISTINCT order_id FROM order_holds WHERE released_at IS NULL
), standing AS (
    SELECT o.number, o.state, o.sourcing, h.order_id IS NOT NULL AS on_hold, o.units_cancelled = o.units AS cancelled,
           o.units_delivered = o.units - o.units_cancelled AS arrived,
           o.units - o.units_cancelled - o.units_allocated - o.units_shipped + coalesce(r.units, 0) AS to_source
    FROM orders o LEFT JOIN reserved r ON r.order_id = o.id LEFT JOIN held h ON h.order_id = o.id
)
SELECT format('order %s is %s and %s, with %s units to source%s%s%s', number, state, sourcing, to_source,
              CASE WHEN on_hold THEN ', on hold' END, CASE WHEN cancelled THEN ', all cancelled' END,
              CASE WHEN arrived THEN ', all arrived' END) AS violation
FROM standing
WHERE NOT CASE state
    WHEN 'CANCELLED' THEN sourcing = 'NONE' AND cancelled AND to_source = 0
    WHEN 'COMPLETED' THEN sourcing = 'SOURCED' AND arrived AND NOT cancelled
    ELSE NOT arrived AND CASE sourcing
        WHEN 'ON_HOLD' THEN on_hold
        WHEN 'SOURCED' THEN to_source = 0 AND NOT on_hold
        WHEN 'BACKORDERED' THEN to_source > 0 AND NOT on_hold
        WHEN 'WAITING' THEN NOT on_hold
        ELSE false END
    END
