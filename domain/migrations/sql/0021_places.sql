-- Where places are, so that addresses that come without coordinates are located; and by what those of an order or a
-- warehouse were found. What is stated keeps both columns empty, so that no row is written anew.

CREATE TABLE places (
    country_code text NOT NULL CONSTRAINT places_country_form CHECK (country_code ~ '^[A-Z]{2}$'),
    precision    text NOT NULL CONSTRAINT places_precision_known CHECK (precision IN ('POSTAL_CODE', 'CITY', 'REGION', 'COUNTRY')),
    key          text COLLATE "C" NOT NULL,  -- a postal code, or a name; '' of a country
    region       text COLLATE "C" NOT NULL,  -- of a region what its names have in common; of a city where it lies, '' for the largest of its name
    latitude     double precision NOT NULL CONSTRAINT places_latitude_range CHECK (latitude BETWEEN -90 AND 90),
    longitude    double precision NOT NULL CONSTRAINT places_longitude_range CHECK (longitude BETWEEN -180 AND 180),
    source       text NOT NULL CONSTRAINT places_source_known CHECK (source IN ('BUILT_IN', 'POSTAL_CODES')),
    CONSTRAINT places_pkey PRIMARY KEY (country_code, precision, key, region, source)
);

-- Which of the built-in places are there.
CREATE TABLE place_sets (
    source    text PRIMARY KEY,
    version   text NOT NULL,
    loaded_at timestamptz NOT NULL
);

ALTER TABLE orders
    ADD COLUMN located_by text CONSTRAINT orders_located_by_known CHECK (located_by IN ('POSTAL_CODE', 'CITY', 'REGION', 'COUNTRY')),
    ADD COLUMN located_part text,  -- which of it: '80331', or '803' where no more was known
    ADD CONSTRAINT orders_located_somewhere CHECK (located_by IS NULL OR (located_part IS NOT NULL AND latitude IS NOT NULL));

ALTER TABLE warehouses
    ADD COLUMN located_by text CONSTRAINT warehouses_located_by_known CHECK (located_by IN ('POSTAL_CODE', 'CITY', 'REGION', 'COUNTRY'));
