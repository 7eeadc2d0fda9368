-- Every warehouse with its tariff; closed ones too, for what was reserved there before.
SELECT id, code, name, latitude, longitude, shipment_minor, kg_minor, km_millis, priority, active FROM warehouses
