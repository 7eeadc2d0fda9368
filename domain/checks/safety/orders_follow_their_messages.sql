-- An order follows a statement of its own channel, and none that was newer was passed over.
-- If broken: Replay the channel's newest message about the order (`previewReplay` first).
SELECT format('order %s follows message %s, which is %s of %s', o.number, m.id, m.outcome, coalesce(m.order_id::text, 'no order')) AS violation
FROM orders o JOIN inbound_messages m ON m.id = o.stated_by
WHERE m.order_id IS DISTINCT FROM o.id AND m.outcome <> 'RECEIVED'
UNION ALL
SELECT format('order %s is at %s, but its message %s of %s is %s', o.number, o.external_updated_at, m.id, m.external_updated_at, m.outcome)
FROM inbound_messages m JOIN orders o ON o.id = m.order_id
WHERE m.external_updated_at > coalesce(o.external_updated_at, '-infinity') AND m.outcome IN ('PLACED', 'DUPLICATE', 'CANCELLED')
UNION ALL
SELECT format('message %s of %s is STALE, but order %s is at %s', m.id, m.external_updated_at, o.number, o.external_updated_at)
FROM inbound_messages m JOIN orders o ON o.id = m.order_id
WHERE m.outcome = 'STALE' AND m.external_updated_at >= coalesce(o.external_updated_at, 'infinity')
