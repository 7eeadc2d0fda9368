-- Reports read fewer rows, which lie together: there are blocks of any two of days, lead times and regions are summed over
-- all channels and warehouses, too, and what has a row for every SKU is divided by how long its blocks are. What was
-- counted is counted again, as it was in the beginning: from the first position of the feed, or all of it anew where that
-- is pruned.
DROP SCHEMA IF EXISTS reports_next CASCADE;
DELETE FROM feed_consumers WHERE name = 'reports_next';
TRUNCATE reports.orders, reports.sales, reports.regional_sales, reports.shipments, reports.lead_times, reports.levels,
         reports.stock_outs;
UPDATE feed_consumers SET position = 0 WHERE name = 'reports';

ALTER TABLE reports.variant_sales RENAME TO was_variant_sales;
ALTER TABLE reports.was_variant_sales RENAME CONSTRAINT variant_sales_pkey TO was_variant_sales_pkey;
ALTER TABLE reports.stock_moves RENAME TO was_stock_moves;
ALTER TABLE reports.was_stock_moves RENAME CONSTRAINT stock_moves_pkey TO was_stock_moves_pkey;
CREATE TABLE reports.variant_sales (LIKE reports.was_variant_sales INCLUDING ALL) PARTITION BY LIST (minutes);
CREATE TABLE reports.stock_moves (LIKE reports.was_stock_moves INCLUDING ALL) PARTITION BY LIST (minutes);
DROP TABLE reports.was_variant_sales, reports.was_stock_moves;
-- What came is what stock is aged by, over a year.
CREATE INDEX ON reports.stock_moves (minutes, starts_at, warehouse_id) INCLUDE (variant_id, received) WHERE received > 0;
DO $$
DECLARE
    length integer;
BEGIN
    FOREACH length IN ARRAY ARRAY[15, 1440, 2880, 5760, 11520, 23040, 46080, 92160] LOOP
        EXECUTE format('CREATE TABLE reports.variant_sales_%1$s PARTITION OF reports.variant_sales FOR VALUES IN (%1$s) WITH (fillfactor = 80)', length);
        CONTINUE WHEN length = 15;   -- stock is counted by days
        EXECUTE format('CREATE TABLE reports.stock_moves_%1$s PARTITION OF reports.stock_moves FOR VALUES IN (%1$s) WITH (fillfactor = 80)', length);
    END LOOP;
END $$;
