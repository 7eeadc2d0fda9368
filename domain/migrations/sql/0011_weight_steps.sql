-- What the way costs by what an order weighs.

-- [{"gMax": 2000, "shipmentMinor": 0, "kgMinor": 60}, ...], rising by gMax, null for the last: however heavy. The step
-- of an order is the first whose gMax is not below its weight, else the last; it comes on top of the zone.
ALTER TABLE shipping_zones ADD COLUMN steps jsonb NOT NULL DEFAULT '[]'
    CONSTRAINT shipping_zones_steps_are_a_list CHECK (jsonb_typeof(steps) = 'array');
