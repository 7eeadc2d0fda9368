-- No channel's access token is over, or has failed to be renewed for an hour.
-- If broken: Authorise the shop anew at its platform, and set both tokens with `forebay credentials set`.
SELECT format('the token of %s is good until %s; it could not be renewed since %s: %s',
              c.code, coalesce(t.good_until::text, 'an unknown time'), t.failing_since, t.error) AS violation
FROM channel_tokens t JOIN channels c ON c.id = t.channel_id
WHERE c.active AND (t.failing_since < $1::timestamptz - interval '1 hour' OR t.good_until < $1::timestamptz)
