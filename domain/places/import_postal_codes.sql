-- Put what is staged of postal codes in the place of what was imported of its countries before. One import at a time.
--
-- The middle of several points is their mean as vectors, so that the date line is no border. The beginning of postal codes
-- is a place only where they lie near each other: within 50 km of their middle, as the root of the mean square. Else a
-- city is more exact.
SELECT pg_advisory_xact_lock(4702394922);
ANALYZE staged_postal_codes;
DELETE FROM places WHERE source = 'POSTAL_CODES' AND country_code IN (SELECT DISTINCT country_code FROM staged_postal_codes);

WITH point AS MATERIALIZED (
    SELECT *, cosd(latitude) * cosd(longitude) AS x, cosd(latitude) * sind(longitude) AS y, sind(latitude) AS z
    FROM staged_postal_codes
), code AS MATERIALIZED (
    SELECT country_code, postal_code, avg(x) AS x, avg(y) AS y, avg(z) AS z
    FROM point WHERE postal_code <> '' GROUP BY country_code, postal_code
), city AS MATERIALIZED (
    SELECT country_code, city, region, avg(x) AS x, avg(y) AS y, avg(z) AS z, count(*) AS codes
    FROM point WHERE city <> '' GROUP BY country_code, city, region
), region AS MATERIALIZED (
    SELECT country_code, region, max(region_code) AS region_code, avg(x) AS x, avg(y) AS y, avg(z) AS z
    FROM point WHERE region <> '' GROUP BY country_code, region
), place AS (
    SELECT country_code, 'POSTAL_CODE' AS precision, postal_code AS key, '' AS region, x, y, z FROM code
    UNION ALL
    SELECT country_code, 'POSTAL_CODE', left(postal_code, n), '', avg(x), avg(y), avg(z)
    FROM code CROSS JOIN LATERAL generate_series(2, length(postal_code) - 1) AS n
    GROUP BY country_code, left(postal_code, n)
    HAVING 6371 * sqrt(2 * greatest(0, 1 - sqrt(avg(x) ^ 2 + avg(y) ^ 2 + avg(z) ^ 2))) <= 50
    UNION ALL
    SELECT country_code, 'CITY', city, region, x, y, z FROM city WHERE region <> ''
    UNION ALL
    (SELECT DISTINCT ON (country_code, city) country_code, 'CITY', city, '', x, y, z
     FROM city ORDER BY country_code, city, codes DESC, region)
    UNION ALL
    SELECT country_code, 'REGION', region, region, x, y, z FROM region
    UNION ALL
    SELECT country_code, 'REGION', region_code, region, x, y, z FROM region WHERE region_code <> ''
    UNION ALL
    SELECT country_code, 'COUNTRY', '', '', avg(x), avg(y), avg(z) FROM point GROUP BY country_code
)
INSERT INTO places (country_code, precision, key, region, latitude, longitude, source)
SELECT country_code, precision, key, region, round(atan2d(z, sqrt(x ^ 2 + y ^ 2))::numeric, 5), round(atan2d(y, x)::numeric, 5),
       'POSTAL_CODES'
FROM place
-- a whole code goes before the beginning of a longer one
ON CONFLICT DO NOTHING;

ANALYZE places;
