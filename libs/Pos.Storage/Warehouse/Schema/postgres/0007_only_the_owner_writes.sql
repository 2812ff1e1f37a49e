-- By default, every user may create temporary tables in a database and call its procedures. Only the owner may do so
-- here.
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());
END
$$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON PROCEDURE merge_purchase_lines() FROM PUBLIC;
