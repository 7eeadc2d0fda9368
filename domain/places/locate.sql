-- The most exact place that is known of each address ($1 countries, $2 postal codes, $3 cities, $4 regions, as keys): its postal
-- code or the longest beginning of it, the city in its region, the region, the city by its name alone, the country. A
-- city is looked for outside its region only where the region is unknown, since namesakes may lie a continent apart. What is
-- built in goes before what was imported (by source): it knows the largest of a name.
SELECT asked.at, found.precision, found.key, found.latitude, found.longitude
-- behind a SELECT the arrays' lengths are no reason to plan anew for each call, which takes longer than to look up
FROM unnest((SELECT $1::text[]), (SELECT $2::text[]), (SELECT $3::text[]), (SELECT $4::text[]))
     WITH ORDINALITY AS asked (country_code, postal_code, city, region, at)
-- LATERAL and LIMIT keep to the index, even by a plan that was made when the table was empty; and an Append is run arm by
-- arm, as they stand, and ends with the first row
CROSS JOIN LATERAL (
    (SELECT p.precision, p.key, p.latitude, p.longitude FROM places p
     WHERE p.country_code = asked.country_code AND p.precision = 'POSTAL_CODE' AND p.key = asked.postal_code LIMIT 1)
    UNION ALL
    (SELECT p.precision, p.key, p.latitude, p.longitude FROM places p
     WHERE p.country_code = asked.country_code AND p.precision = 'POSTAL_CODE'
       AND p.key = ANY (ARRAY(SELECT left(asked.postal_code, n) FROM generate_series(2, length(asked.postal_code) - 1) n))
     ORDER BY p.key DESC LIMIT 1)
    UNION ALL
    (SELECT p.precision, p.key, p.latitude, p.longitude
     FROM places r
     JOIN places p ON p.country_code = r.country_code AND p.precision = 'CITY' AND p.key = asked.city AND p.region = r.region
     WHERE r.country_code = asked.country_code AND r.precision = 'REGION' AND r.key = asked.region LIMIT 1)
    UNION ALL
    (SELECT p.precision, p.key, p.latitude, p.longitude FROM places p
     WHERE p.country_code = asked.country_code AND p.precision = 'REGION' AND p.key = asked.region
     ORDER BY p.region, p.source LIMIT 1)
    UNION ALL
    (SELECT p.precision, p.key, p.latitude, p.longitude FROM places p
     WHERE p.country_code = asked.country_code AND p.precision = 'CITY' AND p.key = asked.city AND p.region = ''
     ORDER BY p.source LIMIT 1)
    UNION ALL
    (SELECT p.precision, p.key, p.latitude, p.longitude FROM places p
     WHERE p.country_code = asked.country_code AND p.precision = 'COUNTRY'
     ORDER BY p.key, p.region, p.source LIMIT 1)
    LIMIT 1
) AS found
