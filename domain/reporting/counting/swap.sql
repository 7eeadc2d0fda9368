-- The roll-ups that were built take the place of those in use, and follow the feed and the catalogue from where they stand.
UPDATE feed_consumers used SET position = built.position
FROM feed_consumers built WHERE used.name = 'reports' AND built.name = 'reports_next';
DELETE FROM feed_consumers WHERE name = 'reports_next';
UPDATE recategorised SET consumer = 'reports' WHERE consumer = 'reports_next';
DELETE FROM reports_next.building;
ALTER SCHEMA reports RENAME TO reports_before;
ALTER SCHEMA reports_next RENAME TO reports;
