-- Everyone may make temporary tables in a database and call procedures in it, unless that is taken away. Who reads here, reads.
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());
END
$$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON PROCEDURE merge_purchase_lines() FROM PUBLIC;
