-- Empty roll-ups beside those in use, with the same columns, keys, indexes, parts and room on their pages.
DO $$
DECLARE
    it record;
BEGIN
    PERFORM pg_advisory_xact_lock(4702394923);   -- one begins at a time
    DROP SCHEMA IF EXISTS reports_next CASCADE;
    DROP SCHEMA IF EXISTS reports_before CASCADE;   -- whoever swapped last may have died before its end
    CREATE SCHEMA reports_next;
    FOR it IN
        SELECT c.relname AS name, whole.relname AS part_of, pg_get_expr(c.relpartbound, c.oid) AS bound,
               ' PARTITION BY ' || pg_get_partkeydef(c.oid) AS divided,
               ' WITH (' || array_to_string(c.reloptions, ', ') || ')' AS options
        FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class whole ON whole.oid = i.inhparent
        WHERE c.relnamespace = 'reports'::regnamespace AND c.relkind IN ('r', 'p')
        ORDER BY c.relispartition, c.relname
    LOOP
        IF it.part_of IS NULL THEN
            EXECUTE format('CREATE TABLE reports_next.%1$I (LIKE reports.%1$I INCLUDING ALL)', it.name) || coalesce(it.divided, '') || coalesce(it.options, '');
        ELSE
            EXECUTE format('CREATE TABLE reports_next.%I PARTITION OF reports_next.%I %s', it.name, it.part_of, it.bound) || coalesce(it.options, '');
        END IF;
    END LOOP;
END $$
