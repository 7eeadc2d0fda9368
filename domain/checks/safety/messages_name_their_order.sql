-- A message that placed or changed an order names it, under the reference that its channel gave it.
-- If broken: Look at the message beside its order; replay it (`previewReplay` first) if the order lacks what it says.
SELECT format('message %s is %s for %s, and names %s', m.id, m.outcome, m.reference, coalesce(o.external_reference, 'no order')) AS violation
FROM inbound_messages m LEFT JOIN orders o ON o.id = m.order_id
WHERE (m.outcome IN ('PLACED', 'UPDATED') OR m.order_id IS NOT NULL)
  AND (o.channel_id, o.external_reference) IS DISTINCT FROM (m.channel_id, m.reference)
