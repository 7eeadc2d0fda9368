-- Every round asks which backorders are due, the first of them first; orders that are on hold are none.
DROP INDEX orders_to_source_again;
CREATE INDEX orders_to_source_again ON orders (source_again_at)
    WHERE sourcing = 'BACKORDERED' AND source_again_at IS NOT NULL;
