-- Sales by category have a roll-up of their own, so that their cost grows with the categories and not with the SKUs. What was
-- counted is counted again, as in 0022_lighter_reports.sql.
DROP SCHEMA IF EXISTS reports_next CASCADE;
DELETE FROM feed_consumers WHERE name = 'reports_next';
TRUNCATE reports.orders, reports.sales, reports.regional_sales, reports.variant_sales, reports.shipments, reports.lead_times,
         reports.levels, reports.stock_moves, reports.stock_outs;
UPDATE feed_consumers SET position = 0 WHERE name = 'reports';

ALTER TABLE reports.orders ADD COLUMN line_categories text[] NOT NULL;   -- of the products, when it was counted

CREATE TABLE reports.category_sales (
    minutes         integer NOT NULL,
    starts_at       timestamptz NOT NULL,
    channel_id      uuid NOT NULL,
    currency        text NOT NULL,
    category        text NOT NULL,
    orders          bigint NOT NULL,              -- lines of it, of which an order has one a SKU
    units           bigint NOT NULL,
    gross_minor     bigint NOT NULL,
    platform_minor  bigint NOT NULL,
    merchant_minor  bigint NOT NULL,
    cancelled_units bigint NOT NULL,
    cancelled_minor bigint NOT NULL,
    net_minor       bigint NOT NULL GENERATED ALWAYS AS (gross_minor - platform_minor - merchant_minor - cancelled_minor) STORED,
    PRIMARY KEY (minutes, starts_at, channel_id, currency, category)
) WITH (fillfactor = 80);

-- Products and variants that came to another category: their orders after `orders_after` are to be counted again. A row for the
-- roll-ups in use, and one for those that are being built: whoever changes a category cannot know whether some are about to be.
-- Which variants a product has is looked up when they are counted, so one that moves to it meanwhile is not missed. Rows are
-- only added, so that nobody waits for whoever counts.
CREATE TABLE recategorised (
    consumer     text NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    product_id   uuid,                            -- whose category was changed
    variant_id   uuid,                            -- that moved to another product
    orders_after uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    changed_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT recategorised_pkey PRIMARY KEY (consumer, id),
    CONSTRAINT recategorised_names_one CHECK (num_nonnulls(product_id, variant_id) = 1)
);

-- By triggers, so that nobody can forget it.
CREATE FUNCTION note_recategorised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO recategorised (consumer, product_id) VALUES ('reports', NEW.id), ('reports_next', NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER products_recategorised AFTER UPDATE OF category ON products
    FOR EACH ROW WHEN (NEW.category <> OLD.category) EXECUTE FUNCTION note_recategorised();

CREATE FUNCTION note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO recategorised (consumer, variant_id) VALUES ('reports', NEW.id), ('reports_next', NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER variants_moved AFTER UPDATE OF product_id ON variants
    FOR EACH ROW WHEN (NEW.product_id <> OLD.product_id) EXECUTE FUNCTION note_moved();
