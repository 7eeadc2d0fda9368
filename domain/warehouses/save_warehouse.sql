-- Create the warehouse of this code, or make it say what is given.
INSERT INTO warehouses AS w (id, code, name, country_code, city, postcode, latitude, longitude, timezone,
                             cutoff_minute, daily_capacity, shipment_minor, kg_minor, km_millis, priority, active,
                             created_at, working_days, regions, located_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
ON CONFLICT (code) DO UPDATE
SET name = excluded.name, country_code = excluded.country_code, city = excluded.city,
    postcode = excluded.postcode, latitude = excluded.latitude, longitude = excluded.longitude,
    located_by = excluded.located_by,
    timezone = excluded.timezone, cutoff_minute = excluded.cutoff_minute,
    daily_capacity = excluded.daily_capacity, shipment_minor = excluded.shipment_minor,
    kg_minor = excluded.kg_minor, km_millis = excluded.km_millis, priority = excluded.priority,
    active = excluded.active, working_days = excluded.working_days, regions = excluded.regions
RETURNING w.id
