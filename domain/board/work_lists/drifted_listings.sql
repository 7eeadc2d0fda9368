-- Listings that for a minute have not said what they should: not confirmed, or seen to differ.
SELECT least(l.unheard_since, l.differs_since) AS since FROM listings l
WHERE (l.unheard_since <= $1::timestamptz - interval '1 minute' OR l.differs_since <= $1::timestamptz - interval '1 minute')
  AND ($2::uuid[] IS NULL OR l.channel_id = ANY ($2))
