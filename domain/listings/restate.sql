-- The tail of the statement that `sellable.sql` begins: what the listings $4, which are locked, should say from now on,
-- where that is news.
UPDATE listings l
SET desired = s.units, desired_version = l.desired_version + 1, desired_at = $3, attempts = 0, retry_at = NULL
FROM (
    SELECT k.id, CASE WHEN k.active AND c.active THEN t.sellable ELSE 0 END AS units
    FROM unnest($4::uuid[]) AS locked (id) JOIN listings k USING (id) JOIN sellable t USING (channel_id, variant_id)
    JOIN channels c ON c.id = k.channel_id
) s
WHERE l.id = s.id AND l.desired <> s.units
