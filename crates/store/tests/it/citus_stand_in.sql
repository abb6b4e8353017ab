-- No Citus: functions and tables of its names, as far as `seatwright store distribute` uses them. They keep what they were
-- asked for, and refuse a table for the reasons for which Citus' documentation says that it does.
DROP SCHEMA IF EXISTS stand_in CASCADE;
CREATE SCHEMA stand_in;
CREATE TABLE stand_in.pg_extension AS SELECT 'citus'::name AS extname;
CREATE TABLE stand_in.pg_dist_partition
    (logicalrelid regclass PRIMARY KEY, partmethod "char", partkey text, colocationid integer, repmodel "char");
CREATE TABLE stand_in.asked (number bigint GENERATED ALWAYS AS IDENTITY, call text);

CREATE FUNCTION stand_in.column_to_column_name(table_name regclass, partkey text) RETURNS text LANGUAGE sql
    AS 'SELECT partkey';

CREATE FUNCTION stand_in.create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO stand_in.pg_dist_partition VALUES (table_name, 'n', NULL, 1, 't');
    INSERT INTO stand_in.asked (call) VALUES (format('%s on every node', table_name));
END $$;

CREATE FUNCTION stand_in.create_distributed_table
    (table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash', colocate_with text DEFAULT 'default')
    RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    place smallint;
    colocation integer;
BEGIN
    SELECT attnum INTO STRICT place FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column;
    IF EXISTS (SELECT 1 FROM pg_index WHERE indrelid = table_name AND indisunique AND NOT place = ANY (indkey)) THEN
        RAISE 'a unique index of % is without %', table_name, distribution_column;
    END IF;
    IF colocate_with = 'none' THEN
        SELECT coalesce(max(colocationid), 1) + 1 INTO colocation FROM stand_in.pg_dist_partition;
    ELSE
        SELECT colocationid INTO STRICT colocation FROM stand_in.pg_dist_partition
            WHERE logicalrelid = colocate_with::regclass AND partkey IS NOT NULL;
    END IF;
    INSERT INTO stand_in.pg_dist_partition VALUES (table_name, 'h', distribution_column, colocation, 's');
    INSERT INTO stand_in.asked (call) VALUES (format('%s by %s with %s', table_name, distribution_column, colocate_with));
END $$;
