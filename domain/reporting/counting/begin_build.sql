-- Empty roll-ups beside those in use, with the same columns, keys and indexes.
DO $$
DECLARE tables text[];
BEGIN
    PERFORM pg_advisory_xact_lock(4702394923);   -- one begins at a time
    DROP SCHEMA IF EXISTS reports_next CASCADE;
    DROP SCHEMA IF EXISTS reports_before CASCADE;   -- whoever swapped last may have died before its end
    CREATE SCHEMA reports_next;
    SELECT array_agg(tablename) INTO tables FROM pg_tables WHERE schemaname = 'reports';
    FOR i IN 1 .. cardinality(tables) LOOP
        EXECUTE format('CREATE TABLE reports_next.%1$I (LIKE reports.%1$I INCLUDING ALL)', tables[i]);
    END LOOP;
END $$
