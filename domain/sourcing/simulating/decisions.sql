-- What was really decided for these orders before $2, oldest first, without what else was considered.
SELECT order_id, currency, explanation, (detail->'said')::text AS said, (detail->'shipments')::text AS shipments,
       (detail->'calledOff')::text AS called_off
FROM sourcing_decisions
WHERE order_id = ANY($1::uuid[]) AND at < $2
ORDER BY order_id, at, id
