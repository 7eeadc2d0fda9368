-- As of orders: how a message's reference begins is looked up in the index alone.
DROP INDEX inbound_messages_by_reference;
CREATE INDEX inbound_messages_by_reference ON inbound_messages (reference text_pattern_ops, id) WHERE reference IS NOT NULL;
