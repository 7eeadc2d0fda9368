-- Every open order goes somewhere that is known, once places are: else no warehouse is nearer to it than another.
-- If broken: Import the postal codes of its country, `forebay places import`, then `forebay places apply`.
SELECT format('order %s to %s: %s', o.number, o.ship_to->>'country_code',
              concat_ws(', ', nullif(o.ship_to->>'postcode', ''), nullif(o.ship_to->>'city', ''))) AS violation
FROM orders o
WHERE o.state = 'OPEN' AND o.latitude IS NULL AND EXISTS (SELECT FROM places)
