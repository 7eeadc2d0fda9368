-- Listings that drift since before $1, by channel; a channel that drifts no more says 0.
SELECT c.code AS channel, d.drift, d.listings
FROM channel_links k JOIN channels c ON c.id = k.channel_id
CROSS JOIN LATERAL (
    SELECT 'NOT_HEARD' AS drift, count(*) AS listings FROM listings l
    WHERE l.channel_id = k.channel_id AND l.acked_version < l.desired_version AND l.desired_at < $1
    UNION ALL
    SELECT 'DIFFERS', count(*) FROM listings l WHERE l.channel_id = k.channel_id AND l.differs_since < $1
) d
