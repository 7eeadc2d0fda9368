-- The tail of the statement that `sellable.sql` begins: what listings should say from now on, where that is news.
UPDATE listings l
SET desired = s.units, desired_version = l.desired_version + 1, desired_at = $3, attempts = 0, retry_at = NULL
FROM (
    SELECT k.id, CASE WHEN k.active AND c.active THEN t.sellable ELSE 0 END AS units
    FROM listings k JOIN sellable t USING (channel_id, variant_id) JOIN channels c ON c.id = k.channel_id
    ORDER BY k.id
    FOR NO KEY UPDATE OF k
) s
WHERE l.id = s.id AND l.desired <> s.units
