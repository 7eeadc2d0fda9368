-- A reference's index holds the order's id, so that how a reference begins is looked up in the index alone.
DROP INDEX orders_by_reference;
CREATE INDEX orders_by_reference ON orders (external_reference text_pattern_ops, id);
