-- Rebuilds the key and the rollups of purchase_lines after rows were written without the merge. Merges fail without the
-- key. Writes only rows that are wrong, so repeating it changes nothing.
CREATE PROCEDURE rebuild_from_purchase_lines()
LANGUAGE plpgsql
SET work_mem = '64MB'
SET jit = off
AS $$
BEGIN
    -- The merge takes the same lock, so that the rollups do not change while they are summed.
    PERFORM pg_advisory_xact_lock(hashtextextended('merge_purchase_lines', 0));

    IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'purchase_lines'::regclass AND contype = 'p') THEN
        ALTER TABLE purchase_lines ADD PRIMARY KEY (purchase_id, line);
    END IF;

    CREATE TEMP TABLE slices_of_lines ON COMMIT DROP AS
    SELECT
        purchase_id, date_trunc('hour', purchased_at AT TIME ZONE 'UTC') AS hour,
        customer_id, store_id, country, currency,
        count(*) AS line_count,
        sum(CASE WHEN quantity < 0 THEN 1 ELSE 0 END) AS returned_lines,
        sum(quantity) AS units,
        sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
        sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns
    FROM purchase_lines
    GROUP BY 1, 2, 3, 4, 5, 6;

    DELETE FROM purchase_slices AS known
    USING (
        SELECT
            purchase_id, hour, customer_id, store_id, country, currency,
            line_count, returned_lines, units, gross, returns
        FROM purchase_slices
        EXCEPT
        SELECT
            purchase_id, hour, customer_id, store_id, country, currency,
            line_count, returned_lines, units, gross, returns
        FROM slices_of_lines
    ) AS wrong
    WHERE known.purchase_id = wrong.purchase_id AND known.hour = wrong.hour AND known.currency = wrong.currency
      AND known.customer_id IS NOT DISTINCT FROM wrong.customer_id
      AND known.store_id IS NOT DISTINCT FROM wrong.store_id
      AND known.country IS NOT DISTINCT FROM wrong.country;

    INSERT INTO purchase_slices (
        purchase_id, hour, customer_id, store_id, country, currency,
        line_count, returned_lines, units, gross, returns)
    SELECT
        purchase_id, hour, customer_id, store_id, country, currency,
        line_count, returned_lines, units, gross, returns
    FROM slices_of_lines
    ON CONFLICT ON CONSTRAINT purchase_slices_key DO NOTHING; -- rows that remained are correct

    CREATE TEMP TABLE months_of_lines ON COMMIT DROP AS
    SELECT
        CAST(date_trunc('month', purchased_at AT TIME ZONE 'UTC') AS date) AS month,
        product_id, store_id, country, currency,
        max(description) AS description,
        count(*) AS line_count,
        sum(quantity) AS units,
        sum(CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END) AS gross,
        sum(CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END) AS returns
    FROM purchase_lines
    GROUP BY 1, 2, 3, 4, 5;

    DELETE FROM product_months AS known
    USING (
        SELECT month, product_id, store_id, country, currency, line_count, units, gross, returns FROM product_months
        EXCEPT
        SELECT month, product_id, store_id, country, currency, line_count, units, gross, returns FROM months_of_lines
    ) AS wrong
    WHERE known.month = wrong.month AND known.product_id = wrong.product_id AND known.currency = wrong.currency
      AND known.store_id IS NOT DISTINCT FROM wrong.store_id
      AND known.country IS NOT DISTINCT FROM wrong.country;

    INSERT INTO product_months (
        month, product_id, store_id, country, currency, description, line_count, units, gross, returns)
    SELECT month, product_id, store_id, country, currency, description, line_count, units, gross, returns
    FROM months_of_lines
    ON CONFLICT ON CONSTRAINT product_months_key DO NOTHING;
END
$$;
REVOKE EXECUTE ON PROCEDURE rebuild_from_purchase_lines() FROM PUBLIC;
