-- Members of this group may only read: the lookup service's user and those of BI tools. Create a user for a BI tool
-- with CREATE USER pos_bi PASSWORD '…' IN GROUP pos_readers; ALTER USER pos_bi SET statement_timeout TO 300000.
CREATE GROUP pos_readers;
GRANT USAGE ON SCHEMA public TO GROUP pos_readers;
GRANT SELECT ON
    purchase_lines_landing, purchase_lines, purchases, returns, customers,
    sales_by_day, sales_by_month, sales_by_product, sales_by_country, sales_by_store,
    purchase_slices, product_months, load_manifest, load_errors
TO GROUP pos_readers;
