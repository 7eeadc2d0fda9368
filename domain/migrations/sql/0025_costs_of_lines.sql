-- What a unit cost us when it was ordered, in the order's currency; NULL: that was not known. So margins of the past stay what
-- they were, and are sums by channel as all else is. What was counted is counted again, as in 0022_lighter_reports.sql.
ALTER TABLE order_lines ADD COLUMN unit_cost_minor bigint CONSTRAINT order_lines_unit_cost_not_negative CHECK (unit_cost_minor >= 0);

DROP SCHEMA IF EXISTS reports_next CASCADE;
DELETE FROM feed_consumers WHERE name = 'reports_next';
TRUNCATE reports.orders, reports.sales, reports.regional_sales, reports.variant_sales, reports.shipments, reports.lead_times,
         reports.levels, reports.stock_moves, reports.stock_outs;
UPDATE feed_consumers SET position = 0 WHERE name = 'reports';

ALTER TABLE reports.orders
    ADD COLUMN cost_minor bigint NOT NULL DEFAULT 0,     -- of units that were not cancelled and whose cost is known
    ADD COLUMN costed_minor bigint NOT NULL DEFAULT 0;   -- what these were sold for, after discounts
ALTER TABLE reports.sales
    ADD COLUMN cost_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN costed_minor bigint NOT NULL DEFAULT 0;
