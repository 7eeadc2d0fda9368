-- Two indexes that every order's writes paid for. The feed is pruned from its oldest position on; that it grows with time
-- is all that is known of `fed_at` otherwise. No query asks which parcels hold a variant.
DROP INDEX feed_by_age;
CREATE INDEX feed_by_age ON feed USING brin (fed_at);
DROP INDEX fulfilment_order_lines_by_variant;
